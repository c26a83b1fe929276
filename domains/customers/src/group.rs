//! Groups of customers: what a merchant put together, for price lists to be for.

use kernel::{CustomerGroupId, FieldError, Invalid, Time, typed_line};

/// The most groups that a customer is in.
pub const MOST_GROUPS: usize = 20;
/// The most characters of a group's name.
const NAME: usize = 100;
/// The most characters of what staff note about a group.
const NOTE: usize = 2_000;

/// A group of customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: CustomerGroupId,
    /// What staff call it; no other group of the store is called so, in whatever case.
    pub name: String,
    /// What staff note about it; may be empty.
    pub note: String,
    /// How many customers are in it.
    pub member_count: i64,
    /// Counts its changes; who is in it does not count.
    pub version: i64,
    /// When it was made.
    pub created_at: Time,
}

/// A group by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupName {
    /// Its id.
    pub id: CustomerGroupId,
    /// What staff call it.
    pub name: String,
}

/// What staff say of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupTerms {
    /// Its name.
    pub name: String,
    /// What they note about it; may be empty.
    pub note: String,
}

impl GroupTerms {
    /// The terms as they are kept, or everything that cannot be.
    pub(crate) fn checked(self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let name = typed_line(&self.name);
        if name.is_empty() {
            invalid.push(FieldError::required("name"));
        }
        let note = self.note.trim().to_owned();
        for (field, text, most) in [("name", &name, NAME), ("note", &note, NOTE)] {
            if text.chars().count() > most {
                let message = format!("may have at most {most} characters");
                invalid.push(FieldError::new(field, "too_long", message));
            } else if text
                .chars()
                .any(|char| char.is_control() && !(field == "note" && matches!(char, '\n' | '\r')))
            {
                invalid.push(FieldError::new(
                    field,
                    "invalid_text",
                    "may not hold control characters",
                ));
            }
        }
        invalid.into_result()?;
        Ok(Self { name, note })
    }
}
