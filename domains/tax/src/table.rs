//! The built-in table of rates: `data/rates.csv`, made by `data/convert.py` from the sources that each row names.

use std::{collections::BTreeMap, sync::OnceLock};

use chrono::NaiveDate;
use kernel::CountryCode;
use rust_decimal::Decimal;

use crate::{Place, Rate, Scope, TaxCategory, TaxCode};

const BUILT_IN: &str = include_str!("../data/rates.csv");

/// Rates by place.
#[derive(Debug, Default)]
pub struct TaxTable(BTreeMap<Place, Vec<TableRate>>);

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRate {
    /// The goods it is for.
    pub code: TaxCode,
    /// The rate.
    pub rate: Rate,
    /// The part of its place that it is for.
    pub scope: Scope,
    /// The first day it holds; `None` when the source does not say and it holds already.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds; `None` when nobody has said.
    pub valid_until: Option<NaiveDate>,
    /// Whose table it is from and of which day; empty for a store's own.
    pub source: String,
}

/// Why a table cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is not CSV with the expected columns.
    #[error("the table cannot be read")]
    Csv(#[from] csv::Error),
    /// A cell holds something else than its column's kind of value.
    #[error("line {line}: {cell:?} is not a {column}")]
    Cell {
        /// The line, counted from 1.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        cell: String,
    },
}

#[derive(Debug, serde::Deserialize)]
struct Record {
    country: String,
    state: String,
    category: String,
    rate: String,
    name: String,
    compound: String,
    on_shipping: String,
    valid_from: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    source_date: String,
}

impl TaxTable {
    /// The table that ships with the program.
    #[expect(
        clippy::expect_used,
        reason = "the table is a part of the program, and a test reads all of it"
    )]
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<TaxTable> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(BUILT_IN).expect("the built-in table can be read"))
    }

    /// Reads a table in the format of `data/rates.csv`, where a newer row of the same place, category and name stands below
    /// the older one.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let mut places: BTreeMap<Place, Vec<TableRate>> = BTreeMap::new();
        for (record, line) in csv::Reader::from_reader(text.as_bytes()).deserialize().zip(2..) {
            let rate = read(record?, line)?;
            places.entry(rate.rate.jurisdiction.clone()).or_default().push(rate);
        }
        Ok(Self(places))
    }

    /// The rows of exactly that place, in the table's order.
    pub fn at(&self, place: &Place) -> &[TableRate] {
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    /// Every row.
    pub fn rows(&self) -> impl Iterator<Item = &TableRate> {
        self.0.values().flatten()
    }
}

fn read(record: Record, line: u64) -> Result<TableRate, TableError> {
    let wrong = |column, cell: &str| TableError::Cell {
        line,
        column,
        cell: cell.to_owned(),
    };
    let flag = |column, cell: &str| cell.parse::<bool>().map_err(|_not_a_flag| wrong(column, cell));
    let country = CountryCode::parse(&record.country).map_err(|_not_a_country| wrong("country", &record.country))?;
    let rate = record
        .rate
        .parse::<Decimal>()
        .ok()
        .filter(|rate| (Decimal::ZERO..Decimal::ONE).contains(rate));
    let valid_from = match record.valid_from.as_str() {
        "" => None,
        day => Some(day.parse().map_err(|_not_a_day| wrong("valid_from", day))?),
    };
    Ok(TableRate {
        code: TaxCategory::parse(&record.category)
            .ok_or_else(|| wrong("category", &record.category))?
            .into(),
        scope: Scope::default(),
        valid_from,
        valid_until: None,
        source: [record.source, record.source_date]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        rate: Rate {
            rate: rate.ok_or_else(|| wrong("rate", &record.rate))?,
            compound: flag("compound", &record.compound)?,
            on_shipping: flag("on_shipping", &record.on_shipping)?,
            jurisdiction: Place::state(country, &record.state),
            name: record.name,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nexus::EUROPEAN_UNION;

    fn standard(place: &str) -> String {
        let place = Place::parse(place).unwrap();
        let rates = TaxTable::built_in()
            .at(&place)
            .iter()
            .filter(|row| row.code == TaxCategory::Standard.into());
        rates
            .map(|row| format!("{} {}", row.rate.name, row.rate.rate))
            .collect::<Vec<_>>()
            .join(" + ")
    }

    #[test]
    fn the_built_in_table_covers_what_it_promises() {
        for country in EUROPEAN_UNION {
            assert!(standard(country).starts_with("VAT 0."), "{country}");
        }
        let states = TaxTable::built_in()
            .0
            .keys()
            .filter(|place| place.country == CountryCode::US)
            .count();
        assert_eq!(states, 51, "50 states and the federal district");
        for untaxed in ["US-AK", "US-DE", "US-MT", "US-NH", "US-OR"] {
            assert_eq!(standard(untaxed), "Sales tax 0");
        }
        for (place, rates) in [
            ("US-CA", "Sales tax 0.0725"),
            ("US-NJ", "Sales tax 0.06625"),
            ("CA-QC", "GST 0.05 + QST 0.09975"),
            ("CA-ON", "HST 0.13"),
            ("CA", "GST 0.05"),
            ("FI", "VAT 0.255"),
            ("ID", "PPN 0.11"),
            ("GB", "VAT 0.2"),
            ("AU", "GST 0.1"),
            ("NZ", "GST 0.15"),
            ("IN", "GST 0.18"),
            ("SG", "GST 0.09"),
        ] {
            assert_eq!(standard(place), rates, "{place}");
        }
    }

    #[test]
    fn a_wrong_cell_is_named() {
        let head = "country,state,category,rate,name,compound,on_shipping,valid_from\n";
        for (row, message) in [
            ("USA,,standard,0.1,Tax,false,true,", "line 2: \"USA\" is not a country"),
            ("US,,luxury,0.1,Tax,false,true,", "line 2: \"luxury\" is not a category"),
            ("US,,standard,1,Tax,false,true,", "line 2: \"1\" is not a rate"),
            ("US,,standard,0.1,Tax,no,true,", "line 2: \"no\" is not a compound"),
            (
                "US,,standard,0.1,Tax,false,true,soon",
                "line 2: \"soon\" is not a valid_from",
            ),
        ] {
            assert_eq!(
                TaxTable::parse(&format!("{head}{row}\n")).unwrap_err().to_string(),
                message
            );
        }
    }
}
