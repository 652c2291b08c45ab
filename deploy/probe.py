"""Ask the app whether it answers and no run of it is stuck: ends with 0 if so, else with a sentence and 1.

python deploy/probe.py [http://localhost:8501]

Needs `--server.scriptHealthCheckEnabled=true`: Streamlit then draws the Start page for each question, and that page
fails while another run has not ended for 15 s (ui/runs.py). `/_stcore/health` answers all the same in such a case.
"""

import sys
import urllib.request

address = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501"
try:
    urllib.request.urlopen(f"{address}/_stcore/script-health-check", timeout=5).close()
except OSError as error:  # no answer in time, refused, or 503
    sys.exit(f"The app at {address} is stuck or down: {error}")
