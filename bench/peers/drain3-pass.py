"""Events pass as they are once Drain3 (PyPI: drain3), with its defaults, has found the template of their message."""

import json
import sys

from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

config = TemplateMinerConfig()
config.profiling_enabled = False
miner = TemplateMiner(config=config)
for line in sys.stdin:
    miner.add_log_message(json.loads(line)["message"])
    sys.stdout.write(line)
