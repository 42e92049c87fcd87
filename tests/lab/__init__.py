"""A laboratory of networks whose truth is known by construction, built in namespaces, without root.

These are the networks the scanner is measured against: hosts that refuse, answer, stay silent or reject, links that
lose, police or delay, chains of routers. `scenes.py` says what each scene is and is where a new one goes;
`scene.py` says what a scene can be made of; `build.py` makes it; `run.py` runs a command in it; `check.py`
compares what the command reported with the truth. Nothing of the scanner is used here: the lab must stay
able to contradict it, so they share no code, not even for "10.0.0.1-50".

By hand: `python -m tests.lab` lists the scenes, `python -m tests.lab SCENE -- COMMAND...` runs a command in one.
"""
