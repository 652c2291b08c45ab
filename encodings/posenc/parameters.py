"""The fields of a scheme: each with its default, what is allowed, and a sentence for the person who sets it."""

from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Literal

import numpy as np

from .numeric.checks import WHOLE, as_choice, as_count, as_number

Kind = Literal["choice", "flag", "whole", "real", "own"]
"""One of a few values, true or false, a whole number, a number; or what the scheme checks itself."""


@dataclass(frozen=True)
class Parameter:
    """One field of a scheme: its default, what is allowed, and a sentence for the person who sets it."""

    name: str
    default: Any
    help: str
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    optional: bool = False
    several: bool = False
    """A tuple of such values is allowed too."""

    @property
    def kind(self) -> Kind:
        """What its values are, told by its choices, its default and its minimum."""
        if self.choices:
            return "choice"
        if isinstance(self.default, bool):
            return "flag"
        if self.minimum is None:
            return "own"
        return "real" if float in (type(self.minimum), type(self.default)) else "whole"

    def check(self, value: Any) -> None:
        """Raise a ValueError unless the value is allowed; a parameter of the kind "own" is checked by its scheme."""
        if value is None and self.optional:
            return
        if self.several and isinstance(value, tuple):
            for one in value:
                self._check_one(one)
        else:
            self._check_one(value)

    def _check_one(self, value: Any) -> None:
        low = -np.inf if self.minimum is None else self.minimum
        high = np.inf if self.maximum is None else self.maximum
        match self.kind:
            case "choice":
                as_choice(self.name, value, self.choices)
            case "flag":
                as_choice(self.name, value, (False, True))
            case "real":
                as_number(self.name, value, low, high)
            case "whole":
                as_count(self.name, value, int(low), int(min(high, WHOLE)))


def parameter(default: Any, help: str, **limits: Any) -> Any:
    """A dataclass field that carries what the app and the checks need to know (see `Parameter`)."""
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class Parametrised:
    """A frozen, hashable dataclass whose fields are parameters, checked when it is made.

    Lists become tuples, and NumPy's numbers Python's.
    """

    def __post_init__(self) -> None:
        for name, declared in self.parameters().items():
            object.__setattr__(self, name, _plain(getattr(self, name)))
            declared.check(getattr(self, name))

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """The parameters by name."""
        return {f.name: Parameter(f.name, f.default, **f.metadata) for f in fields(cls) if f.default is not MISSING}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(map(_plain, value))
    return value.item() if isinstance(value, np.generic) else value
