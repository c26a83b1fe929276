//! Where stock lies.

use database::{Ctx, Error};
use kernel::{Address, Cursor, FieldError, Invalid, Locale, LocationId, Page, PageRequest, VariantId};

use crate::{Holder, OpeningHours, store};

/// The most characters a name may have.
const LONGEST_NAME: usize = 100;

/// A warehouse or shop that holds stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// Its id.
    pub id: LocationId,
    /// Counts its changes.
    pub version: i64,
    /// What the merchant says of it.
    pub terms: LocationTerms,
}

/// What a merchant says of a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationTerms {
    /// Its name, which no other location of the store has.
    pub name: String,
    /// Where it is.
    pub address: Option<Address>,
    /// Whether stock is sold from it.
    pub active: bool,
    /// Locations with a lower number are emptied first.
    pub priority: i32,
    /// How many pieces fit. It is for people to plan with: what lies there is counted even when it should not fit.
    pub capacity: Option<i64>,
    /// Whether shoppers may fetch orders there; then it has an address.
    pub pickup: bool,
    /// When it is open.
    pub hours: OpeningHours,
}

impl LocationTerms {
    /// An active location of that name, without an address.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            address: None,
            active: true,
            priority: 0,
            capacity: None,
            pickup: false,
            hours: OpeningHours::default(),
        }
    }

    /// The same, tidied up, or everything that is wrong with it.
    pub(crate) fn checked(mut self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        self.name = self.name.trim().to_owned();
        if self.name.is_empty() {
            invalid.push(FieldError::required("name"));
        } else if self.name.chars().count() > LONGEST_NAME {
            let message = format!("may have at most {LONGEST_NAME} characters");
            invalid.push(FieldError::new("name", "too_long", message));
        } else if self.name.chars().any(char::is_control) {
            invalid.push(FieldError::new(
                "name",
                "invalid_text",
                "may not hold control characters",
            ));
        }
        if !(0..=10_000).contains(&self.priority) {
            invalid.push(FieldError::new("priority", "out_of_range", "must be from 0 to 10000"));
        }
        if self.capacity.is_some_and(|capacity| capacity < 1) {
            invalid.push(FieldError::new("capacity", "too_small", "must be at least 1"));
        }
        match self.address.take().map(Address::checked).transpose() {
            Ok(None) if self.pickup => invalid.push(FieldError::new(
                "address.line1",
                "required",
                "is required where shoppers fetch orders",
            )),
            Ok(address) => self.address = address,
            Err(wrong) => invalid
                .0
                .extend(wrong.0.into_iter().map(|error| error.under("address"))),
        }
        invalid.into_result()?;
        Ok(self)
    }
}

/// Why a page of the locations cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListLocationsError {
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] Error),
}

/// The location that stock goes to when none is named, if the store has one.
pub async fn find_default_location(ctx: &mut Ctx) -> Result<Option<LocationId>, Error> {
    store::find_default_location(ctx).await
}

/// The location that stock goes to when none is named: the active one of the highest priority, made on demand.
pub async fn default_location(ctx: &mut Ctx) -> Result<LocationId, Error> {
    match store::find_default_location(ctx).await? {
        Some(location) => Ok(location),
        None => {
            let name = first_name(ctx.store().locale);
            store::insert_location(ctx, name).await
        }
    }
}

/// The name of the location that is made when a store has none, in the store's language.
fn first_name(locale: Locale) -> &'static str {
    if locale == Locale::ID { "Utama" } else { "Main" }
}

/// Every location, first those that are emptied first.
pub async fn list_locations(ctx: &mut Ctx) -> Result<Vec<Location>, Error> {
    store::locations::list(ctx).await
}

/// A page of them, first those that are emptied first, in two statements.
pub async fn page_locations(ctx: &mut Ctx, page: &PageRequest) -> Result<Page<Location>, ListLocationsError> {
    let after = page.cursor.as_ref().map(Cursor::decode).transpose()?;
    let found = store::locations::list_after(ctx, after, page.limit_plus_one()).await?;
    let total = store::locations::count(ctx).await?;
    let place = |location: &Location| {
        let terms = &location.terms;
        (!terms.active, terms.priority, terms.name.clone(), location.id)
    };
    Ok(Page::from_rows(found, page, total, place))
}

/// How many pieces lie at each location that holds any.
pub async fn pieces_by_location(ctx: &mut Ctx) -> Result<Vec<(LocationId, i64)>, Error> {
    store::locations::pieces(ctx).await
}

/// Where the goods of a holder lie or lay: what is promised there, or was taken from there.
pub async fn places_of(ctx: &mut Ctx, holder: Holder) -> Result<Vec<(VariantId, LocationId, i64)>, Error> {
    let rows = store::reservations::list(ctx, &[holder]).await?.into_iter();
    let kept = rows.filter(|row| row.state == "open" || row.state == "committed");
    Ok(kept
        .map(|row| (row.variant_id, row.location_id, row.quantity))
        .collect())
}

/// A location.
pub async fn find_location(ctx: &mut Ctx, id: LocationId) -> Result<Option<Location>, Error> {
    store::locations::find(ctx, id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_location_is_named_in_the_stores_language() {
        assert_eq!(Locale::ALL.map(first_name), ["Main", "Utama"]);
    }
}
