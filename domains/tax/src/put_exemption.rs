//! Notes that a customer need not pay tax.

use chrono::NaiveDate;
use database::Ctx;
use kernel::{CustomerId, FieldError, Forbidden, Invalid, Permission, TaxExemptionId};

use crate::{Exemption, ExemptionReason, Place, store};

/// How many places an exemption may name.
const MOST_PLACES: usize = 300;

/// What the certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutExemption {
    /// Who is exempt.
    pub customer_id: CustomerId,
    /// The number of the certificate. The customer's exemption of that number is replaced.
    pub certificate: String,
    /// Why.
    pub reason: ExemptionReason,
    /// Where the paper is kept; may be empty.
    pub reference: String,
    /// In which places; none is everywhere.
    pub places: Vec<Place>,
    /// The first day it holds; `None` when it holds already.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds; `None` until further notice.
    pub valid_until: Option<NaiveDate>,
}

/// Why the exemption cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum PutExemptionError {
    /// The actor may not change settings.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Some fields hold what they cannot.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store has no such customer.
    #[error("there is no such customer")]
    NoSuchCustomer,
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Keeps the exemption. Its id is a new one, or that of the exemption it replaces.
pub async fn put_exemption(ctx: &mut Ctx, wanted: PutExemption) -> Result<TaxExemptionId, PutExemptionError> {
    ctx.require(Permission::ManageSettings)?;
    let wanted = checked(wanted)?;
    let exemption = Exemption {
        id: ctx.new_id(),
        customer_id: wanted.customer_id,
        certificate: wanted.certificate,
        reason: wanted.reason,
        reference: wanted.reference,
        places: wanted.places,
        valid_from: wanted.valid_from,
        valid_until: wanted.valid_until,
        created_at: ctx.now(),
    };
    let kept = store::exemptions::put(ctx, &exemption).await;
    kept.map_err(|error| match error.constraint() {
        Some("exemptions_customer_fk") => PutExemptionError::NoSuchCustomer,
        _ => error.into(),
    })
}

fn checked(mut wanted: PutExemption) -> Result<PutExemption, Invalid> {
    let mut invalid = Invalid::default();
    for (field, text, most) in [
        ("certificate", &mut wanted.certificate, 100),
        ("reference", &mut wanted.reference, 500),
    ] {
        *text = text.trim().to_owned();
        if text.chars().count() > most {
            let message = format!("may have at most {most} characters");
            invalid.push(FieldError::new(field, "too_long", message));
        } else if text.chars().any(char::is_control) {
            let message = "may not hold control characters";
            invalid.push(FieldError::new(field, "invalid_text", message));
        }
    }
    if wanted.certificate.is_empty() {
        invalid.push(FieldError::required("certificate"));
    }
    if wanted.places.len() > MOST_PLACES {
        let message = format!("may be at most {MOST_PLACES}");
        invalid.push(FieldError::new("places", "too_many", message));
    }
    let window = wanted.valid_from.zip(wanted.valid_until);
    if window.is_some_and(|(first, last)| last < first) {
        let message = "must not be before the first day";
        invalid.push(FieldError::new("valid_until", "invalid_window", message));
    }
    invalid.into_result()?;
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;

    use super::*;

    fn day(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 11, day)
    }

    fn wanted(customer_id: CustomerId) -> PutExemption {
        PutExemption {
            customer_id,
            certificate: " EX-1 ".to_owned(),
            reason: ExemptionReason::Resale,
            reference: String::new(),
            places: Vec::new(),
            valid_from: None,
            valid_until: None,
        }
    }

    #[tokio::test]
    async fn what_a_certificate_cannot_say_is_refused() {
        let db = TestDatabase::new().await;
        let mut ctx = db.work().write();
        let customer = ctx.new_id();
        let backward = PutExemption {
            certificate: " ".to_owned(),
            reference: "a\nb".to_owned(),
            valid_from: day(20),
            valid_until: day(19),
            ..wanted(customer)
        };
        let Err(PutExemptionError::Invalid(invalid)) = put_exemption(&mut ctx, backward).await else {
            panic!("it must be refused")
        };
        let fields: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["reference", "certificate", "valid_until"]);
        let unknown = put_exemption(&mut ctx, wanted(customer)).await;
        assert!(matches!(unknown, Err(PutExemptionError::NoSuchCustomer)));
    }
}
