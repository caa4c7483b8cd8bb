"""Make cleanlab.json with cleanlab itself, which is no dependency of ours.

python -m venv cleanlab && cleanlab/bin/pip install cleanlab==2.9.0
cleanlab/bin/python tests/stats/golden/make_cleanlab.py
"""

import json
from pathlib import Path

import numpy as np
from cleanlab.count import compute_confident_joint
from cleanlab.rank import get_label_quality_scores

random = np.random.default_rng(23053)
truth = random.choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])
strength = random.gamma(2.0, 1.0, 400)
scores = random.normal(size=(400, 4))
scores[np.arange(400), truth] += strength
probabilities = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).round(4)
probabilities /= probabilities.sum(axis=1, keepdims=True)
flipped = random.random(400) < 0.1
labels = np.where(flipped, (truth + random.integers(1, 4, 400)) % 4, truth)

content = {
    "made_with": "cleanlab 2.9.0",
    "probabilities": probabilities.tolist(),
    "labels": labels.tolist(),
    "flipped": flipped.tolist(),
    "confident_joint": compute_confident_joint(labels, probabilities, calibrate=False).tolist(),
    "label_quality": get_label_quality_scores(labels, probabilities).tolist(),
}
Path(__file__).with_name("cleanlab.json").write_text(json.dumps(content) + "\n", encoding="utf-8")
