//! Regions as they are typed: one a line or parted by commas.

use kernel::{FieldError, Invalid};
use shipping::Region;

/// The regions; what is none is named.
pub(super) fn read(invalid: &mut Invalid, text: &str) -> Vec<Region> {
    let words = text
        .split([',', ';', '\n'])
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let mut regions = Vec::new();
    for word in words {
        match Region::parse(&word.to_uppercase()) {
            Ok(region) => regions.push(region),
            Err(_error) => {
                let message = format!("{word} is no country such as US, state such as US-CA, or *");
                invalid.push(FieldError::new("regions", "invalid_region", message));
            }
        }
    }
    regions
}

/// The regions as they are typed.
pub(super) fn text(regions: &[Region]) -> String {
    regions.iter().map(Region::to_string).collect::<Vec<_>>().join(", ")
}
