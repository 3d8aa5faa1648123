"""Makes .boot: a small environment that holds nothing but uv, fixed by hash. Runs under the system's own Python."""

# No annotations and no new syntax: an old Python must get as far as saying that it is too old.
import os
import shutil
import subprocess
import sys

from spoken import say

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BOOT = os.path.join(ROOT, ".boot")
LOWEST = (3, 11)


def main():
    """Return 0 when .boot holds uv; 1 after the reason was said."""
    if sys.version_info < LOWEST:
        shown = ".".join(str(part) for part in sys.version_info[:3])
        say(
            "需要 Python 3.11 或更高版本，现在的是 " + shown + "。用 make run PYTHON=/路径/python3.12 指定另一个。",
            "Python 3.11 or newer is needed, this is " + shown + ". Name another: make run PYTHON=/path/to/python3.12",
        )
        return 1
    shutil.rmtree(BOOT, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", BOOT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode != 0:
        shutil.rmtree(BOOT, ignore_errors=True)
        sys.stderr.buffer.write(made.stdout)
        say(
            "这个 Python 不能建立虚拟环境（缺 venv 或 ensurepip）。Debian/Ubuntu：apt-get install python3-venv；"
            "或用 PYTHON= 指定另一个 Python。",
            "This Python cannot make an environment (venv or ensurepip is missing). On Debian or Ubuntu: "
            "apt-get install python3-venv. Or name another Python with PYTHON=.",
        )
        return 1
    say("正在安装 uv……", "Installing uv …")
    python = os.path.join(BOOT, "bin", "python")
    wanted = os.path.join(ROOT, "requirements", "bootstrap.txt")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]
    if subprocess.call([*pip, "--require-hashes", "-r", wanted]) != 0:
        say(
            "uv 没有装上：检查网络、代理和 pip 的设置。",
            "uv could not be installed: check the network, the proxy, and pip's settings.",
        )
        return 1
    open(os.path.join(BOOT, "uv.ready"), "w").close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
