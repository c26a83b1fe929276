//! The SQL of this domain, by what it is about.

pub(crate) mod boxes;
pub(crate) mod profiles;
pub(crate) mod restrictions;
pub(crate) mod rules;
pub(crate) mod zones;

use database::Error;

use crate::{Region, SetupError};

/// What was to be changed is there, or not.
pub(crate) fn found(found: bool) -> Result<(), SetupError> {
    if found { Ok(()) } else { Err(SetupError::NotFound) }
}

/// What was to be changed is there, and is what the change was made on; without an expected version it may be any.
pub(crate) fn held(current: Option<i64>, expected: Option<i64>) -> Result<(), SetupError> {
    let current = current.ok_or(SetupError::NotFound)?;
    match expected {
        Some(expected) if expected != current => Err(SetupError::VersionConflict { current }),
        Some(_) | None => Ok(()),
    }
}

fn read_regions(places: &[String], column: &'static str) -> Result<Vec<Region>, Error> {
    let region = |place: &String| Region::parse(place).map_err(|_error| Error::corrupt(column, place));
    places.iter().map(region).collect()
}

fn region_texts(regions: &[Region]) -> Vec<String> {
    regions.iter().map(Region::to_string).collect()
}

#[cfg(test)]
mod tests {
    use database::testing::{TestDatabase, prepare_all};

    #[tokio::test]
    async fn postgresql_accepts_every_statement() {
        let database = TestDatabase::new().await;
        for statements in [
            super::boxes::STATEMENTS,
            super::profiles::STATEMENTS,
            super::restrictions::STATEMENTS,
            super::rules::STATEMENTS,
            super::zones::STATEMENTS,
        ] {
            prepare_all(&database, statements).await;
        }
    }
}
