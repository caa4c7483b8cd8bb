"""What pytester's in-process runs share with this process instead of loading it anew.

They forget each module that they loaded. numpy refuses to be loaded a second time, and a module of ours that another
one still holds would be there twice, each with a current context of its own.
"""

from __future__ import annotations

import sklearn.linear_model  # noqa: F401

import pytest_iso23053.assurance.measurement
import pytest_iso23053.measures.registry
import pytest_iso23053.plugin.activation

pytest_iso23053.measures.registry.names()  # loads them all
