"""`python -m tests.lab`: list the scenes; `python -m tests.lab SCENE -- COMMAND...`: run a command in one.

The exit status is the command's. It runs without any capability, as any user's would; `--as-root` lets it keep
them, to look around (`ip route`, `nft list ruleset`). `scanner` stands for this checkout's.
A lab that cannot be built is exit status 125.
"""

import os
import sys
import time

from tests.lab import kernel
from tests.lab.build import enter
from tests.lab.scenes import SCENES

_CANNOT = 125


def _list() -> None:
    for scene in SCENES.values():
        print(f"{scene.name:16}{scene.about}\n{'':16}swept by: {' '.join(scene.hosts)} -p {scene.ports}")
    print("\npython -m tests.lab SCENE -- scanner sweep 10.0.0.1 -p 1-1000")


def _fail(text: str) -> int:
    print(f"lab: {text}", file=sys.stderr)
    return _CANNOT


def _run(scene: str, command: list[str], *, as_root: bool, started: int | None) -> int:
    if scene not in SCENES:
        return _fail(f"no scene {scene!r}; there are: {', '.join(SCENES)}")
    if command[0] == "scanner":
        command = [sys.executable, "-m", "scanner", *command[1:]]
    if command[0] == "python":
        command[0] = sys.executable
    try:
        if started is not None:
            kernel.die_with_parent()
        enter(SCENES[scene])
        if not as_root:
            kernel.drop_capabilities()
    except kernel.LabError as error:
        return _fail(str(error))
    if started is not None:
        os.write(started, str(time.monotonic()).encode())
        os.close(started)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        return _fail(f"{command[0]}: {error.strerror}")


def main(arguments: list[str]) -> int:
    """The exit status. `--started=N` is for run.py: descriptor N gets the monotonic time when the command begins."""
    options, dashes, command = arguments, "", list[str]()
    if "--" in arguments:
        cut = arguments.index("--")
        options, dashes, command = arguments[:cut], "--", arguments[cut + 1 :]
    as_root = "--as-root" in options
    started = next((int(word[10:]) for word in options if word.startswith("--started=")), None)
    scenes = [word for word in options if not word.startswith("--")]
    if not scenes and not dashes:
        _list()
        return 0
    if len(scenes) != 1 or not command:
        return _fail("write: python -m tests.lab SCENE -- COMMAND...")
    return _run(scenes[0], command, as_root=as_root, started=started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
