"""After a scan: where on the way its blocked targets stop. `Explanation` takes the rows, and traces some of them."""

from scanner.tracing.explain import Explanation
from scanner.tracing.trace_options import TraceOptions

__all__ = ["Explanation", "TraceOptions"]
