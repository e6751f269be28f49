//! Tables of a profile as columns, whichever of its two forms the file has: columns by name (processed), or rows of cells whose places a
//! `schema` tells (Gecko).

use super::payload::Payload;
use super::store::Store;
use crate::profile::error::ProfileError;
use crate::profile::read::json::{Json, Kind};

/// Stands for "none" in a column of rows.
pub(super) const NONE: u32 = u32::MAX;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// Rows of another table.
    Rows,
    Numbers,
    /// What a marker tells.
    Payloads,
}

/// Names of a table's columns, in the order of their numbers.
pub(super) type Plan = &'static [(&'static str, Holds)];

#[derive(Debug)]
enum Column {
    /// [`NONE`] where there is none.
    Rows(Vec<u32>),
    /// Not a number where there is none.
    Numbers(Vec<f64>),
    Payloads(Vec<Payload>),
}

impl Column {
    fn new(holds: Holds) -> Self {
        match holds {
            Holds::Rows => Self::Rows(Vec::new()),
            Holds::Numbers => Self::Numbers(Vec::new()),
            Holds::Payloads => Self::Payloads(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.len(),
            Self::Numbers(numbers) => numbers.len(),
            Self::Payloads(payloads) => payloads.len(),
        }
    }

    fn read(&mut self, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<(), ProfileError> {
        match self {
            Self::Rows(rows) => {
                rows.push(json.maybe_row()?.unwrap_or(NONE));
                store.keep(4)
            }
            Self::Numbers(numbers) => {
                numbers.push(json.maybe_number()?.unwrap_or(f64::NAN));
                store.keep(8)
            }
            Self::Payloads(payloads) => {
                payloads.push(Payload::read(json, store)?);
                store.keep(size_of::<Payload>() as u64)
            }
        }
    }

    fn fill(&mut self, rows: usize) {
        match self {
            Self::Rows(column) => column.resize(rows, NONE),
            Self::Numbers(column) => column.resize(rows, f64::NAN),
            Self::Payloads(column) => column.resize(rows, Payload::default()),
        }
    }
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    plan: Plan,
    columns: Vec<Column>,
    /// What the values of a table of samples are: `samples`, `tracing-ms` or `bytes`; empty when not told.
    pub(super) weight_type: String,
    /// Whether the file has this table.
    pub(super) is_there: bool,
}

impl Table {
    /// An empty table.
    pub(super) fn new(plan: Plan) -> Self {
        let columns = plan.iter().map(|&(_, holds)| Column::new(holds)).collect();
        Self { plan, columns, weight_type: String::new(), is_there: false }
    }

    /// Reads a table of either form; what was read stays when the file is cut.
    pub(super) fn read(&mut self, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>) -> Result<(), ProfileError> {
        if !json.try_object()? {
            return Ok(());
        }
        self.is_there = true;
        // Places of the columns in a row, until the file tells others.
        let mut schema: Vec<usize> = (0..self.plan.len()).collect();
        while let Some(key) = json.next_key()? {
            match key {
                "schema" => schema = self.schema(json)?,
                "data" => self.rows(json, store, &schema)?,
                "weightType" => self.weight_type = json.maybe_text()?.unwrap_or_default().to_owned(),
                key => match self.plan.iter().position(|(name, _)| *name == key) {
                    Some(column) => self.column(json, store, column)?,
                    None => json.skip()?,
                },
            }
        }
        Ok(())
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.columns.iter().map(Column::len).max().unwrap_or(0)
    }

    /// A cell that is a row of another table.
    #[inline]
    pub(super) fn row(&self, column: usize, row: usize) -> Option<u32> {
        match self.columns.get(column) {
            Some(Column::Rows(rows)) => rows.get(row).copied().filter(|&cell| cell != NONE),
            _ => None,
        }
    }

    /// A cell that is a number.
    #[inline]
    pub(super) fn number(&self, column: usize, row: usize) -> Option<f64> {
        match self.columns.get(column) {
            Some(Column::Numbers(numbers)) => numbers.get(row).copied().filter(|cell| cell.is_finite()),
            _ => None,
        }
    }

    /// A cell that is what a marker tells.
    pub(super) fn payload(&self, column: usize, row: usize) -> Payload {
        match self.columns.get(column) {
            Some(Column::Payloads(payloads)) => payloads.get(row).copied().unwrap_or_default(),
            _ => Payload::default(),
        }
    }

    /// Whether a column has any value.
    pub(super) fn has_values(&self, column: usize) -> bool {
        match self.columns.get(column) {
            Some(Column::Rows(rows)) => rows.iter().any(|&cell| cell != NONE),
            Some(Column::Numbers(numbers)) => numbers.iter().any(|cell| cell.is_finite()),
            _ => false,
        }
    }

    fn column(&mut self, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, column: usize) -> Result<(), ProfileError> {
        let Some(cells) = self.columns.get_mut(column) else { return json.skip() };
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            cells.read(json, store)?;
        }
        Ok(())
    }

    fn rows(&mut self, json: &mut Json<'_, '_>, store: &mut Store<'_, '_>, schema: &[usize]) -> Result<(), ProfileError> {
        if !json.try_array()? {
            return Ok(());
        }
        while json.next_item()? {
            let row = self.len();
            if json.kind()? != Kind::Array {
                // A column of this name after all, of which the first cells are read here.
                let data = self.plan.iter().position(|(name, _)| *name == "data");
                match data.and_then(|data| self.columns.get_mut(data)) {
                    Some(cells) => cells.read(json, store)?,
                    None => json.skip()?,
                }
                continue;
            }
            json.begin_array()?;
            let mut places = schema.iter();
            while json.next_item()? {
                match places.next().and_then(|&column| self.columns.get_mut(column)) {
                    Some(cells) if cells.len() == row => cells.read(json, store)?,
                    _ => json.skip()?,
                }
            }
            self.columns.iter_mut().for_each(|column| column.fill(row + 1));
        }
        Ok(())
    }

    /// For each place in a row, the number of its column; one that does not exist for those that are not wanted.
    fn schema(&self, json: &mut Json<'_, '_>) -> Result<Vec<usize>, ProfileError> {
        let mut places = Vec::new();
        if !json.try_object()? {
            return Ok(places);
        }
        while let Some(key) = json.next_key()? {
            let column = self.plan.iter().position(|(name, _)| *name == key);
            let place = json.maybe_row()?.map_or(0, |place| place as usize);
            // Rows of a file have a dozen cells at most.
            if let Some(column) = column.filter(|_| place < 64) {
                places.resize(places.len().max(place + 1), usize::MAX);
                if let Some(slot) = places.get_mut(place) {
                    *slot = column;
                }
            }
        }
        Ok(places)
    }
}
