//! The first reading: what holds of each column.

use super::Work;
use crate::data::DataError;
use crate::data::cells::Column;
use crate::data::date::TimeStyle;
use crate::data::format::Style;
use crate::data::growing::GrowingKind;
use crate::data::kind::Kind;
use crate::data::merge::{Found, Known, MergeRules, Start, Survey, restyled};
use crate::data::parallel::stream_batches;
use crate::data::part::Part;
use crate::data::read::RowCounts;

/// What the first reading found.
pub struct Surveyed {
    /// One entry for each column.
    pub columns: Vec<Known>,
    /// Rows below the header.
    pub rows: usize,
    /// Rows that are not as they should be.
    pub counts: RowCounts,
}

/// Rows of a batch, what is special about them, and what was found of each column.
type Looks = (usize, RowCounts, Vec<Option<Survey>>);

/// Findings of the batches so far.
#[derive(Default)]
struct Findings {
    columns: Vec<Option<Survey>>,
    rows: usize,
    counts: RowCounts,
}

impl Work<'_> {
    /// Reads the file once, and again for columns that turn out to be text near their end, or texts that are all written in one style.
    pub fn survey(&self) -> Result<Surveyed, DataError> {
        let first = self.look(&vec![Some(Start::Kind(Kind::Nothing)); self.source.header().len()])?;
        let (rows, counts) = (first.rows, first.counts);
        let surveys = first.columns.into_iter().flatten().enumerate();
        let mut columns = surveys.map(|(at, survey)| self.found(at, survey)).collect::<Result<Vec<_>, DataError>>()?;
        // As text, and then in a style.
        for _ in 0..2 {
            let again: Vec<Option<Start>> = columns.iter().map(next_look).collect();
            if again.iter().all(Option::is_none) {
                break;
            }
            let more = self.look(&again)?.columns;
            let joined = columns.into_iter().zip(more).enumerate();
            columns = joined.map(|(at, (column, more))| self.after(at, column, more)).collect::<Result<_, _>>()?;
        }
        let known = |column| if let Found::Known(known) = column { Ok(known) } else { Err(self.changed()) };
        Ok(Surveyed { columns: columns.into_iter().map(known).collect::<Result<_, _>>()?, rows, counts })
    }

    fn found(&self, at: usize, survey: Survey) -> Result<Found, DataError> {
        let chosen = self.source.header().get(at).map(|name| self.options.choices.of(name)).unwrap_or_default();
        survey.finish(&self.rules(at), chosen).map_err(|error| self.frame_error(error))
    }

    /// What is found of a column after one more look at it.
    fn after(&self, at: usize, column: Found, more: Option<Survey>) -> Result<Found, DataError> {
        match (column, more) {
            (Found::LacksTexts(mut known), Some(texts)) => {
                known.weigh(&texts);
                Ok(Found::Known(known))
            }
            (Found::AsText, Some(texts)) => self.found(at, texts),
            (Found::AsStyle { texts, style, time }, Some(values)) => {
                let known = values.finish_in_style(*texts, style, time, &self.rules(at));
                known.map(Found::Known).map_err(|error| self.frame_error(error))
            }
            (column, _) => Ok(column),
        }
    }

    /// Looks at the columns that have something to start from.
    fn look(&self, start: &[Option<Start>]) -> Result<Findings, DataError> {
        self.progress.phase("Looking at every cell", self.source.size());
        let columns: Vec<Looked> = start.iter().map(|start| Looked::new(*start)).collect();
        let mut found = Findings { columns: columns.iter().map(Looked::empty).collect(), ..Findings::default() };
        let rules: Vec<MergeRules> = (0..start.len()).map(|at| self.rules(at)).collect();
        let work = |_, batch| {
            let (cells, counts) = self.source.cells(batch)?;
            let surveys = columns.iter().zip(&rules).enumerate();
            let surveys = surveys.map(|(at, (column, rules))| column.part(cells.column(at), rules));
            Ok((cells.rows(), counts, surveys.collect::<Vec<_>>()))
        };
        stream_batches(self.source, self.crew(), self.cancel, self.progress, &work, &mut |_, result| {
            let before = found.counts.before(found.rows, self.source.first_row());
            let (rows, counts, surveys) = result.map_err(|error| error.after(before))?;
            self.add(&mut found, before, (rows, counts, surveys))
        })?;
        Ok(found)
    }

    fn add(&self, found: &mut Findings, before: u64, (rows, counts, surveys): Looks) -> Result<(), DataError> {
        let rules = self.rules(0).rules;
        found.rows += rows;
        found.counts.join(&counts, before);
        let most = self.options.limits.max_cells;
        if (found.rows as u64).saturating_mul(surveys.len() as u64) > most {
            return Err(DataError::too_many_cells(&self.source.info().file, "it", most));
        }
        for (all, next) in found.columns.iter_mut().zip(surveys) {
            if let (Some(all), Some(next)) = (all, next) {
                all.join(next, &rules);
            }
        }
        self.keep_within(found);
        Ok(())
    }

    /// Gives up the texts of whole columns until the rest fits: first of those that are mostly different, the largest first.
    fn keep_within(&self, found: &mut Findings) {
        let rules = self.rules(0);
        let mut held: usize = found.columns.iter().flatten().map(Survey::held_bytes).sum();
        while held > self.text_memory() {
            let largest =
                found.columns.iter_mut().flatten().max_by_key(|survey| (survey.mostly_differs(&rules), survey.held_bytes()));
            let Some(survey) = largest else { break };
            held -= survey.held_bytes();
            survey.forget_texts();
        }
    }
}

/// As what a column has to be looked at once more.
fn next_look(column: &Found) -> Option<Start> {
    match column {
        Found::Known(_) => None,
        Found::LacksTexts(_) | Found::AsText => Some(Start::Kind(Kind::Text)),
        Found::AsStyle { style, time, .. } => Some(Start::Style(*style, *time)),
    }
}

/// How a column is looked at; what is known of its kind grows while it is.
enum Looked {
    /// Not at all.
    Not,
    As(GrowingKind),
    In(Style, Option<TimeStyle>),
}

impl Looked {
    fn new(start: Option<Start>) -> Self {
        match start {
            None => Self::Not,
            Some(Start::Kind(kind)) => Self::As(GrowingKind::new(kind)),
            Some(Start::Style(style, time)) => Self::In(style, time),
        }
    }

    fn empty(&self) -> Option<Survey> {
        match self {
            Self::Not => None,
            Self::As(kind) => Some(Survey::empty(kind.get())),
            Self::In(..) => Some(Survey::empty(Kind::Nothing)),
        }
    }

    fn part(&self, column: Column<'_>, rules: &MergeRules) -> Option<Survey> {
        match self {
            Self::Not => None,
            Self::As(kind) => Some(Survey::of(kind.part(column, &rules.rules), rules)),
            Self::In(style, time) => {
                let part = Part::build(column, Kind::Text, &rules.rules);
                Some(restyled(&part, *style, *time).map_or_else(Survey::contradiction, |part| Survey::of(part, rules)))
            }
        }
    }
}
