"""What a sign-in looks like in each export: one declarative table per format."""

from analyzer.formats.canonical import CANONICAL
from analyzer.formats.defender import DEFENDER
from analyzer.formats.diagnostic import DIAGNOSTIC
from analyzer.formats.graph import GRAPH
from analyzer.formats.log_analytics import LOG_ANALYTICS
from analyzer.formats.model import Conversion, Field, Format, Place, Stranger
from analyzer.formats.portal_csv import PORTAL_CSV
from analyzer.formats.strangers import STRANGERS

# The order decides where a record could be two of them.
FORMATS: tuple[Format, ...] = (
    CANONICAL,
    DIAGNOSTIC,
    LOG_ANALYTICS,
    DEFENDER,
    PORTAL_CSV,
    GRAPH,
)

__all__ = ["FORMATS", "STRANGERS", "Conversion", "Field", "Format", "Place", "Stranger"]
