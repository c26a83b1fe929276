//! Makes a box, or changes one.

use database::Ctx;
use kernel::{BoxId, FieldError, Invalid, Permission};

use crate::{SetupError, Size, error::checked_name, events::tell_changed, store};

/// What a merchant says of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxTerms {
    /// What it is called; no other box has that name.
    pub name: String,
    /// The length inside.
    pub length_mm: i64,
    /// The width inside.
    pub width_mm: i64,
    /// The height inside.
    pub height_mm: i64,
    /// What it weighs empty.
    pub tare_grams: i64,
    /// What it may weigh in all.
    pub max_weight_grams: i64,
}

/// Makes a box, or with an id changes that one.
pub async fn put_box(ctx: &mut Ctx, id: Option<BoxId>, terms: &BoxTerms) -> Result<BoxId, SetupError> {
    ctx.require(Permission::ManageSettings)?;
    tell_changed(ctx).await?;
    let (name, size) = checked(terms)?;
    store::boxes::put(ctx, id, (&name, size), terms)
        .await?
        .ok_or(SetupError::NotFound)
}

fn checked(terms: &BoxTerms) -> Result<(String, Size), Invalid> {
    let mut invalid = Invalid::default();
    let name = checked_name(&mut invalid, &terms.name);
    for (field, length) in [
        ("length_mm", terms.length_mm),
        ("width_mm", terms.width_mm),
        ("height_mm", terms.height_mm),
    ] {
        if !(1..=10_000).contains(&length) {
            invalid.push(FieldError::new(field, "invalid_length", "must be 1 to 10000 mm"));
        }
    }
    if !(0..=1_000_000).contains(&terms.tare_grams) {
        invalid.push(FieldError::new(
            "tare_grams",
            "invalid_weight",
            "must be 0 to 1000000 g",
        ));
    }
    if terms.max_weight_grams <= terms.tare_grams || terms.max_weight_grams > 10_000_000 {
        let message = "must be more than the box itself weighs and at most 10000000 g";
        invalid.push(FieldError::new("max_weight_grams", "invalid_max_weight", message));
    }
    match Size::new(terms.length_mm, terms.width_mm, terms.height_mm) {
        Some(size) if invalid.0.is_empty() => Ok((name, size)),
        Some(_) | None => Err(invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_room_and_bears_more_than_itself() {
        let good = BoxTerms {
            name: "Small".to_owned(),
            length_mm: 200,
            width_mm: 150,
            height_mm: 100,
            tare_grams: 80,
            max_weight_grams: 5_000,
        };
        assert!(checked(&good).is_ok());
        for (terms, field) in [
            (
                BoxTerms {
                    name: " ".to_owned(),
                    ..good.clone()
                },
                "name",
            ),
            (
                BoxTerms {
                    width_mm: 0,
                    ..good.clone()
                },
                "width_mm",
            ),
            (
                BoxTerms {
                    tare_grams: -1,
                    ..good.clone()
                },
                "tare_grams",
            ),
            (
                BoxTerms {
                    max_weight_grams: 80,
                    ..good
                },
                "max_weight_grams",
            ),
        ] {
            assert_eq!(checked(&terms).unwrap_err().0[0].field, field);
        }
    }
}
