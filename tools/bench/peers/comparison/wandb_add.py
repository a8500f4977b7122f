# SPDX-License-Identifier: MIT
"""Logs a folder as an artifact with the SDK of W&B, offline: wandb_add.py FOLDER"""
import sys

import wandb

run = wandb.init(project="bench", mode="offline")
artifact = wandb.Artifact("files", "dataset")
artifact.add_dir(sys.argv[1])
run.log_artifact(artifact)
run.finish()
