"""One visitor moves a slider 2,000 times: does memory grow?

    make bench

Prints the process's resident memory after each quarter. What the caches hold is bounded, so the last lines are alike.
"""

from pathlib import Path

from streamlit.testing.v1 import AppTest

RERUNS = 2000
LENGTHS = [128, 192, 256, 384, 512, 768]


def resident_mb(process: int | str = "self") -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main() -> None:
    visitor = AppTest.from_file(str(Path(__file__).parents[1] / "app.py"), default_timeout=30)
    visitor.switch_page("pages/1_heatmap.py").run()
    for rerun in range(1, RERUNS + 1):
        visitor.select_slider(key="length").set_value(LENGTHS[rerun % len(LENGTHS)])
        visitor.slider(key="position").set_value(rerun % 128)
        visitor.run()
        assert not visitor.exception
        if rerun % (RERUNS // 4) == 0:
            print(f"{rerun:,} reruns: {resident_mb():.0f} MB", flush=True)


if __name__ == "__main__":
    main()
