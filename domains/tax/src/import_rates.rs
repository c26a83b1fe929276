//! Takes tables of finer rates: the store's own, row by row, set-based.

use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

use database::Ctx;
use kernel::{FieldError, Forbidden, Permission};
use rust_decimal::Decimal;

use crate::{Place, PutRate, Scope, TaxCode, TaxTable, events::tell_changed, put_rate, store};

/// How many rows go into the database together.
const AT_ONCE: usize = 5_000;
/// How many refusals are kept; the others are only counted.
const MOST_REFUSALS: usize = 1_000;
/// The columns of Souk's own format.
const COLUMNS: [&str; 13] = [
    "country",
    "state",
    "county",
    "city",
    "postcode_from",
    "postcode_to",
    "category",
    "name",
    "rate",
    "compound",
    "on_shipping",
    "valid_from",
    "valid_until",
];

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportedRates {
    /// Rows that are rates of the store now, or would be.
    pub taken: usize,
    /// Rows that were not taken.
    pub refused: usize,
    /// Why, of the first thousand.
    pub refusals: Vec<Refusal>,
}

/// Why a row is not taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Refusal {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The column.
    pub column: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Why nothing is taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportRatesError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The file has no column that it needs.
    #[error("the file needs the column {0}, or state and zip with combined_rate")]
    MissingColumn(&'static str),
    /// It is not CSV.
    #[error("the file cannot be read as CSV")]
    Csv(#[from] csv::Error),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Takes a CSV file of rates, in Souk's own columns or as tables of American ZIP codes come (`state`, `zip` and
/// `combined_rate`, or `State`, `ZipCode` and `EstimatedCombinedRate`). A row replaces the store's rate of the same place,
/// category, name and first day. Rows that cannot be are refused, the others taken.
pub async fn import_rates(ctx: &mut Ctx, file: impl Read, dry_run: bool) -> Result<ImportedRates, ImportRatesError> {
    ctx.require(Permission::ManageSettings)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(file);
    let columns = Columns::of(reader.headers()?)?;
    let own = store::codes::list(ctx).await?.into_iter().map(|own| own.code);
    let own: HashSet<TaxCode> = own.collect();
    let mut imported = ImportedRates::default();
    let mut rates: Vec<PutRate> = Vec::new();
    let mut lines: HashMap<Key, u64> = HashMap::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let read = columns
            .read(&record)
            .and_then(|rate| {
                let known = rate.code.category().is_some() || own.contains(&rate.code);
                known.then_some(rate).ok_or_else(put_rate::unknown_code)
            })
            .and_then(|rate| match lines.insert(key(&rate), line) {
                Some(before) => Err(FieldError::new(
                    "rate",
                    "twice",
                    format!("is there already in line {before}"),
                )),
                None => Ok(rate),
            });
        match read {
            Ok(rate) => rates.push(rate),
            Err(error) => {
                imported.refused += 1;
                if imported.refusals.len() < MOST_REFUSALS {
                    imported.refusals.push(Refusal {
                        line,
                        column: error.field,
                        reason: error.message,
                    });
                }
            }
        }
    }
    imported.taken = rates.len();
    if !dry_run {
        tell_changed(ctx).await?;
        for some in rates.chunks(AT_ONCE) {
            store::put_rates(ctx, some).await?;
        }
    }
    Ok(imported)
}

/// What makes two rows the same rate.
type Key = (Place, Scope, TaxCode, String, Option<chrono::NaiveDate>);

fn key(rate: &PutRate) -> Key {
    let PutRate {
        place,
        scope,
        code,
        name,
        valid_from,
        ..
    } = rate.clone();
    (place, scope, code, name, valid_from)
}

/// Where the columns of a file are.
enum Columns {
    Own([Option<usize>; COLUMNS.len()]),
    Zip { state: usize, zip: usize, rate: usize },
}

impl Columns {
    fn of(headers: &csv::StringRecord) -> Result<Self, ImportRatesError> {
        let find = |names: &[&str]| {
            headers.iter().position(|header| {
                let header = header.trim_start_matches('\u{feff}');
                names.iter().any(|name| header.eq_ignore_ascii_case(name))
            })
        };
        let zip = (
            find(&["state"]),
            find(&["zip", "zipcode"]),
            find(&["combined_rate", "estimatedcombinedrate"]),
        );
        if let (Some(state), Some(zip), Some(rate)) = zip {
            return Ok(Self::Zip { state, zip, rate });
        }
        for needed in ["country", "name", "rate"] {
            find(&[needed]).ok_or(ImportRatesError::MissingColumn(needed))?;
        }
        Ok(Self::Own(COLUMNS.map(|name| find(&[name]))))
    }

    fn read(&self, record: &csv::StringRecord) -> Result<PutRate, FieldError> {
        let rate = match self {
            Self::Own(at) => own(|column| {
                let index = COLUMNS.iter().position(|name| *name == column)?;
                record.get(at.get(index).copied().flatten()?)
            })?,
            Self::Zip { state, zip, rate } => {
                let cell = |index: usize| record.get(index).unwrap_or_default();
                by_zip(cell(*state), cell(*zip), cell(*rate))?
            }
        };
        let named = |invalid: kernel::Invalid| {
            let first = invalid.0.into_iter().next();
            first.unwrap_or_else(|| FieldError::new("rate", "invalid_rate", "cannot be"))
        };
        put_rate::checked(rate).map_err(named)
    }
}

/// A row of Souk's own format.
fn own<'r>(cell: impl Fn(&str) -> Option<&'r str>) -> Result<PutRate, FieldError> {
    let text = |column: &str| cell(column).unwrap_or_default();
    let flag = |column: &'static str, otherwise: bool| match text(column).to_lowercase().as_str() {
        "" => Ok(otherwise),
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(FieldError::new(column, "invalid_flag", "is not true or false")),
    };
    let day = |column: &'static str| match text(column) {
        "" => Ok(None),
        day => day
            .parse()
            .map(Some)
            .map_err(|_error| FieldError::new(column, "invalid_day", "is not a day such as 2026-01-31")),
    };
    let country = Place::parse(text("country"))?;
    let first = text("postcode_from");
    let last = Some(text("postcode_to"))
        .filter(|last| !last.is_empty())
        .unwrap_or(first);
    Ok(PutRate {
        place: Place::state(country.country, text("state")),
        scope: Scope {
            county: text("county").to_owned(),
            city: text("city").to_owned(),
            postcodes: (!last.is_empty()).then(|| (first.to_owned(), last.to_owned())),
        },
        code: match text("category") {
            "" => TaxCode::default(),
            name => TaxCode::parse(name).map_err(|_error| put_rate::unknown_code())?,
        },
        name: text("name").to_owned(),
        rate: decimal("rate", text("rate"))?,
        compound: flag("compound", false)?,
        on_shipping: flag("on_shipping", true)?,
        valid_from: day("valid_from")?,
        valid_until: day("valid_until")?,
    })
}

/// A row of a table of ZIP codes. Its rate stands in place of the state's; delivery is taxed where the state taxes it.
fn by_zip(state: &str, zip: &str, rate: &str) -> Result<PutRate, FieldError> {
    if state.len() != 2 || zip.is_empty() {
        let field = if zip.is_empty() { "zip" } else { "state" };
        return Err(FieldError::new(
            field,
            "invalid_value",
            "is not one of the United States",
        ));
    }
    let place = Place::parse(&format!("US-{state}"))?;
    let of_state = TaxTable::built_in().at(&place).first();
    Ok(PutRate {
        scope: Scope {
            postcodes: Some((zip.to_owned(), zip.to_owned())),
            ..Scope::default()
        },
        code: TaxCode::default(),
        name: of_state.map_or_else(|| "Sales tax".to_owned(), |row| row.rate.name.clone()),
        rate: decimal("combined_rate", rate)?,
        compound: false,
        on_shipping: of_state.is_none_or(|row| row.rate.on_shipping),
        valid_from: None,
        valid_until: None,
        place,
    })
}

/// A fraction. Tables made with binary floats have digits that mean nothing: six decimals are kept.
fn decimal(column: &str, text: &str) -> Result<Decimal, FieldError> {
    let parsed = text.parse::<Decimal>().or_else(|_error| Decimal::from_scientific(text));
    let rate = parsed.map_err(|_error| FieldError::new(column, "invalid_rate", "is not a fraction such as 0.0725"))?;
    Ok(rate.round_dp(6))
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::Address;

    use super::*;
    use crate::{Destination, Nexus, list_own_rates, load, rates_for, replace_nexus};

    async fn rate_at(ctx: &mut Ctx, state: &str, zip: &str) -> String {
        let address = Address {
            state: state.to_owned(),
            postal_code: zip.to_owned(),
            ..Address::sample()
        };
        let destination = Destination::from(&address);
        let facts = load(ctx, Some(&destination), None).await.unwrap();
        let rates = rates_for(&facts, &destination, &TaxCode::default());
        rates
            .iter()
            .map(|rate| rate.rate.to_string())
            .collect::<Vec<_>>()
            .join(" + ")
    }

    #[tokio::test]
    async fn a_table_of_zip_codes_stands_in_place_of_the_states_rate() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let us = Nexus(vec![Place::parse("US").unwrap()]);
        replace_nexus(&mut ctx, &us).await.unwrap();
        let file = "state,zip,tax_region,combined_rate,state_rate\n\
                    NY,12207,ALBANY,0.08,0.04\nNY,12208,ALBANY,8.0000000000000002E-2,\nNY,12207,AGAIN,0.07,\n\
                    NY,12209,ALBANY,high,\nNEW YORK,12210,,0.08,\nCA,90210,LOS ANGELES,0.095,\n";
        let tried = import_rates(&mut ctx, file.as_bytes(), true).await.unwrap();
        assert_eq!(list_own_rates(&mut ctx, None).await.unwrap().rates, []);
        let imported = import_rates(&mut ctx, file.as_bytes(), false).await.unwrap();
        assert_eq!(imported, tried);
        assert_eq!((imported.taken, imported.refused), (3, 3));
        let refusals = imported
            .refusals
            .iter()
            .map(|refusal| (refusal.line, refusal.column.as_str()));
        assert_eq!(
            refusals.collect::<Vec<_>>(),
            [(4, "rate"), (5, "combined_rate"), (6, "state")]
        );
        assert_eq!(rate_at(&mut ctx, "NY", "12207").await, "0.08");
        assert_eq!(rate_at(&mut ctx, "NY", "12208-1234").await, "0.08");
        assert_eq!(rate_at(&mut ctx, "NY", "10001").await, "0.04");
        assert_eq!(rate_at(&mut ctx, "CA", "90210").await, "0.095");
    }

    #[tokio::test]
    async fn own_columns_say_cities_ranges_and_days() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let us = Nexus(vec![Place::parse("US").unwrap()]);
        replace_nexus(&mut ctx, &us).await.unwrap();
        let file = "country,state,county,city,postcode_from,postcode_to,name,rate,on_shipping,valid_from,valid_until\n\
                    US,CA,Los Angeles,,90000,90299,County tax,0.0225,true,,\n\
                    US,CA,,Anytown,,,City tax,0.01,no,2025-01-01,\n\
                    US,CA,,Anytown,,,Old tax,0.05,,2020-01-01,2025-12-31\n\
                    US,CA,Nowhere,,,,Lost tax,0.01,,,\n\
                    US,CA,,,90300,90000,Backward tax,0.01,,,\n\
                    US,CA,,,,,Whole tax,1.5,,,\n";
        let imported = import_rates(&mut ctx, file.as_bytes(), false).await.unwrap();
        let columns: Vec<&str> = imported
            .refusals
            .iter()
            .map(|refusal| refusal.column.as_str())
            .collect();
        assert_eq!(columns, ["county", "postcode_to", "rate"]);
        assert_eq!(rate_at(&mut ctx, "CA", "90210").await, "0.0725 + 0.01 + 0.0225");
        assert_eq!(rate_at(&mut ctx, "CA", "94110").await, "0.0725 + 0.01");
        let missing = import_rates(&mut ctx, "country,rate\nUS,0.1\n".as_bytes(), false).await;
        assert!(matches!(missing, Err(ImportRatesError::MissingColumn("name"))));
    }

    #[tokio::test]
    async fn a_postcode_is_found_among_fifty_thousand_in_one_statement() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let us = Nexus(vec![Place::parse("US").unwrap()]);
        replace_nexus(&mut ctx, &us).await.unwrap();
        let rows = (0..50_000).map(|zip| format!("TX,{:05},,0.0{:03}\n", zip + 40_000, zip % 900));
        let file: String = std::iter::once("state,zip,tax_region,combined_rate\n".to_owned())
            .chain(rows)
            .collect();
        let imported = import_rates(&mut ctx, file.as_bytes(), false).await.unwrap();
        assert_eq!((imported.taken, imported.refused), (50_000, 0));
        let before = db.database().statement_count();
        assert_eq!(rate_at(&mut ctx, "TX", "40123").await, "0.0123");
        assert_eq!(db.database().statement_count() - before, 1);
    }
}
