"""How each shell asks what may stand next on its line, and how it is told: a script for each, and its dialect.

The scripts ask `scanner completion SHELL -- ...`, on the program as it was typed. (click would have them set a variable
of the environment instead; one that was left behind would make every scan print completions, and succeed.) They hand
over text and take over text: nothing of either is evaluated. The answer's first three lines say whether a file's name
may stand here (`files` or `words`), after what and with which beginning; then come words, for zsh and fish each with a
line of help, which may be empty.

* bash breaks words at `:` and `=` too, and replaces only what comes after (`$2`); it takes a word as it will stand on
  the line, so we quote it. Files are readline's own completion, which bash only tries where there are no words: words
  stand back where a file fits. (Asked outside of `$(...)`, compgen would make bash quote words as files.) Before 4.4
  bash lacked some of that, and is left alone.
* zsh and fish replace the whole word, and quote what they insert.
* A word that ends in a colon (`csv:`) goes on: no space after it.
"""

from collections.abc import Callable, Sequence

from scanner.cli.click_import import click
from scanner.cli.completing import Offered, offered
from scanner.cli.line_words import words_of

_BASH = r"""# Completion of scanner for bash. In ~/.bashrc: eval "$(scanner completion bash)"
_scanner_completion() {
    local program=$1 typed=$2
    local -a lines
    [[ $program == '~/'* ]] && program=$HOME/${program:2}
    mapfile -t lines < <("$program" completion bash -- "${COMP_LINE:0:COMP_POINT}" "$typed" 2>/dev/null </dev/null)
    COMPREPLY=("${lines[@]:3}")
    if [[ ${lines[0]-} == files ]] && { ((${#COMPREPLY[@]} == 0)) || [[ -n $(compgen -f -- "$typed") ]]; }; then
        COMPREPLY=()
        compopt -o default
    elif [[ ${COMPREPLY[0]-} == *: ]]; then
        compopt -o nospace
    fi
}
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    complete -o nosort -F _scanner_completion scanner
fi
"""

_ZSH = r"""#compdef scanner
# Completion of scanner for zsh. In ~/.zshrc, after compinit: eval "$(scanner completion zsh)"
_scanner_completion() {
    local program=${(Q)words[1]} word help
    local -a lines told plain going
    [[ $program == '~/'* ]] && program=$HOME/${program:2}
    lines=("${(@f)$("$program" completion zsh -- "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    for word help in "${(@)lines[4,-1]}"; do
        if [[ $word == *: ]]; then
            going+=("$word")
        elif [[ -n $help ]]; then
            told+=("${word//:/\\:}:$help")
        elif [[ -n $word ]]; then
            plain+=("$word")
        fi
    done
    (($#told)) && _describe -V scanner told
    (($#plain)) && compadd -V scanner -a plain
    (($#going)) && compadd -S '' -a going
    if [[ $lines[1] == files ]]; then
        compset -p ${#lines[2]}
        _files
    fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _scanner_completion "$@"
else
    compdef _scanner_completion scanner
fi
"""

_FISH = r"""# Completion of scanner for fish. In ~/.config/fish/config.fish: scanner completion fish | source
function __scanner_told
    set -l words (commandline -opc)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    type -q -- $program; or return
    $program completion fish -- $words (commandline -ct) 2>/dev/null </dev/null
end
function __scanner_words
    set -l lines (__scanner_told)
    test (count $lines) -gt 3; and printf '%s\t%s\n' $lines[4..-1]
end
function __scanner_wants_files
    set -l lines (__scanner_told)
    test "$lines[1]" = files
end
complete --command scanner --no-files --arguments '(__scanner_words)'
complete --command scanner --condition __scanner_wants_files --force-files
"""

#: The script of each shell that we know.
SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
#: Characters that mean nothing to bash wherever they stand in a word.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,.:/@%")
#: Characters that cannot stand within these quotes as they are.
_WITHIN = {"'": frozenset("'"), '"': frozenset('"$`\\!')}


def _bash_answer(program: click.Command, asked: Sequence[str]) -> list[str]:
    """`asked`: the line up to the cursor, and what bash will replace of it."""
    line, replaced = asked
    *before, last = words_of(line)
    kept = last.raw.removesuffix(replaced) if replaced else last.raw
    length = len(words_of(kept)[-1].text)
    found = offered(program, [word.text for word in before[1:]], last.text)
    ready = (_for_bash(word[length:], last.quote) for word, _ in found.words)
    return [*_head(found), *(word for word in ready if word is not None)]


def _zsh_answer(program: click.Command, asked: Sequence[str]) -> list[str]:
    """`asked`: the words up to the cursor, without their quotes."""
    found = offered(program, asked[1:-1], asked[-1])
    return [*_head(found), *(line for word in found.words for line in word)]


def _fish_answer(program: click.Command, asked: Sequence[str]) -> list[str]:
    """The same, but the last word is as it stands on the line."""
    return _zsh_answer(program, [*asked[:-1], words_of(asked[-1])[-1].text])


_ANSWERS: dict[str, Callable[[click.Command, Sequence[str]], list[str]]] = {
    "bash": _bash_answer, "zsh": _zsh_answer, "fish": _fish_answer,
}  # fmt: skip
_FEWEST = 2


def answer(program: click.Command, shell: str, asked: Sequence[str]) -> list[str]:
    """The lines for one of SCRIPTS, of what it handed over; none where that is not enough to go by."""
    return _ANSWERS[shell](program, asked) if len(asked) >= _FEWEST else []


def _head(found: Offered) -> list[str]:
    return ["words", "", ""] if found.file is None else ["files", *found.file]


def _for_bash(word: str, quote: str) -> str | None:
    """As it may stand on the line, within `quote` if one is open; None where it may not."""
    if quote:
        return None if _WITHIN[quote].intersection(word) else word
    return "".join(char if char in _PLAIN else f"\\{char}" for char in word)
