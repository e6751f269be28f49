//! The charts that can be saved.

use crate::operations::{columns_chart, table_chart};
use crate::report::Chart;
use crate::report::theme::Look;

use super::model::Shown;

/// Before and after: in all, and for each column.
pub fn charts(shown: &Shown, look: Look) -> Vec<Chart> {
    vec![table_chart(shown.report(), look), columns_chart(shown.report(), look)]
}
