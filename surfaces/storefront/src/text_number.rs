//! Which numbers a shopper can be texted at.

use database::Ctx;
use kernel::{CountryCode, FieldError};
use notifications::PhoneNumber;
use shipping::Region;
use web::{Problem, Visitor};

/// Reads a number of the country where the store is or of one that it ships to. A text to another can cost many times as much, and
/// whoever sells the way there would only have to ask for texts to earn by it.
pub(crate) async fn read(
    ctx: &mut Ctx,
    visitor: &Visitor,
    typed: (&str, CountryCode),
    field: &str,
) -> Result<Result<PhoneNumber, FieldError>, Problem> {
    let number = match PhoneNumber::parse(typed.0, typed.1) {
        Ok(number) => number,
        Err(error) => return Ok(Err(FieldError::new(field, error.code, error.message))),
    };
    let reached = shipping::list_reached(ctx).await?;
    let country = |region: &Region| match region {
        Region::Everywhere => None,
        Region::Country(country) | Region::State(country, _) => Some(*country),
    };
    let countries: Vec<CountryCode> = reached
        .iter()
        .filter_map(country)
        .chain([visitor.store().country])
        .collect();
    if reached.contains(&Region::Everywhere) || number.is_of(&countries) {
        return Ok(Ok(number));
    }
    let message = "is a number of a country that the store does not ship to";
    Ok(Err(FieldError::new(field, "number_abroad", message)))
}
