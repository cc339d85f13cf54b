"""Reading plumbline's result files and drawing them. Nothing here computes a metric: that is the harness's job."""

from . import budget, ecdf, table
from .load import Results, command_line, open_results
from .stats import bootstrap_band, fit_slope, local_slopes, uniform_band
from .style import colour, figure, save

__all__ = ["Results", "bootstrap_band", "budget", "colour", "command_line", "ecdf", "figure", "fit_slope", "local_slopes", "open_results", "save",
           "table", "uniform_band"]
