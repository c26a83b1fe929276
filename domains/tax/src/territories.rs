//! Where the VAT of the European Union ends before its members' borders do, and what lies beyond them and is taxed with a
//! neighbour: `data/territories.csv`, made by `data/convert.py`, and articles 6 and 7 of Directive 2006/112/EC.

use std::sync::OnceLock;

use kernel::CountryCode;

use crate::{Destination, Place, Rate, Scope, TableRate, TaxCode};

const BUILT_IN: &str = include_str!("../data/territories.csv");

/// Countries by their codes that are taxed as a part of another, and where it is if nobody says a postcode: Monaco and the
/// Isle of Man by article 7, and the overseas departments of France, which have codes of their own beside postcodes of
/// France's.
const TAXED_WITH: [(&str, &str, &str); 7] = [
    ("MC", "FR", "98000"),
    ("IM", "GB", "IM1"),
    ("GP", "FR", "97100"),
    ("MQ", "FR", "97200"),
    ("GF", "FR", "97300"),
    ("RE", "FR", "97400"),
    ("YT", "FR", "97600"),
];

#[derive(Debug, serde::Deserialize)]
struct Record {
    country: String,
    postcode_from: String,
    postcode_to: String,
    name: String,
    rate: String,
    source: String,
    source_date: String,
}

/// The territory in which a destination lies, with the rate it has in the place of its country's: nothing, or that of an
/// overseas department.
pub(crate) fn find(destination: &Destination) -> Option<&'static TableRate> {
    let place = &destination.place;
    let mut found = built_in()
        .iter()
        .filter(|row| row.rate.jurisdiction.country == place.country);
    found.find(|row| row.scope.covers(destination))
}

/// Whether goods go to Northern Ireland, which has postcodes of its own and no code of a country.
pub(crate) fn is_northern_ireland(destination: &Destination) -> bool {
    destination.place.country.as_str() == "GB" && destination.postcode.starts_with("BT")
}

/// The place and postcode that a sale is taxed with.
pub(crate) fn taxed_with(place: Place, postal_code: &str) -> (Place, String) {
    let neighbour = TAXED_WITH.iter().find(|(code, ..)| *code == place.country.as_str());
    let neighbour = neighbour.and_then(|(_, country, postcode)| Some((CountryCode::parse(country).ok()?, *postcode)));
    match neighbour {
        Some((country, postcode)) => {
            let said = Some(postal_code.trim()).filter(|code| !code.is_empty());
            (Place::country(country), said.unwrap_or(postcode).to_owned())
        }
        None => (place, postal_code.to_owned()),
    }
}

#[expect(
    clippy::expect_used,
    reason = "the table is a part of the program, and a test reads all of it"
)]
fn built_in() -> &'static [TableRate] {
    static TABLE: OnceLock<Vec<TableRate>> = OnceLock::new();
    TABLE.get_or_init(|| parse(BUILT_IN).expect("the territories can be read"))
}

fn parse(text: &str) -> Result<Vec<TableRate>, Box<dyn std::error::Error>> {
    let records = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    records.map(|record| read(record?)).collect()
}

fn read(record: Record) -> Result<TableRate, Box<dyn std::error::Error>> {
    Ok(TableRate {
        code: TaxCode::default(),
        rate: Rate {
            name: "VAT".to_owned(),
            rate: record.rate.parse()?,
            compound: false,
            on_shipping: true,
            jurisdiction: Place::country(CountryCode::parse(&record.country)?),
        },
        scope: Scope {
            county: record.name,
            city: String::new(),
            postcodes: Some((record.postcode_from, record.postcode_to)),
        },
        valid_from: None,
        valid_until: None,
        source: format!("{}, {}", record.source, record.source_date),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nexus::in_european_union;

    #[test]
    fn every_territory_is_a_part_of_a_member_and_says_where_it_is_known_from() {
        let names: Vec<&str> = built_in().iter().map(|row| row.scope.county.as_str()).collect();
        for name in [
            "Canary Islands",
            "Ceuta",
            "Melilla",
            "Livigno",
            "Campione d'Italia",
            "Mount Athos",
            "Åland",
        ] {
            assert!(names.contains(&name), "{name}");
        }
        for row in built_in() {
            let (first, last) = row.scope.postcodes.as_ref().unwrap();
            assert!(in_european_union(row.rate.jurisdiction.country), "{row:?}");
            assert!(first <= last && first.len() == 5 && last.len() == 5, "{row:?}");
            assert!(row.source.contains(", 20"), "{row:?}");
        }
    }
}
