//! The waiting room as a store set it up.

use kernel::{FieldError, Invalid, ProductId};

use crate::Pace;

kernel::named! {
    /// What the waiting room stands before.
    Before {
        /// Nothing: nobody waits.
        Nothing = "nothing",
        /// Putting chosen products into the cart, and ordering them.
        Products = "products",
        /// The checkout, whatever is bought.
        Checkout = "checkout",
    }
}

/// The most products a room may stand before.
const MOST_PRODUCTS: usize = 200;
/// The quickest pace.
const QUICKEST: i32 = 100_000;
/// How many minutes an admission may last.
const LONGEST_ADMISSION: i32 = 240;
/// The most characters of the message.
const LONGEST_MESSAGE: usize = 500;

/// What a store decides about its waiting room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomTerms {
    /// What it stands before.
    pub before: Before,
    /// The chosen products.
    pub product_ids: Vec<ProductId>,
    /// How many are admitted a minute.
    pub per_minute: i32,
    /// How many minutes an admission lasts.
    pub admission_minutes: i32,
    /// What those who wait are told, in the merchant's words.
    pub message: String,
}

impl Default for RoomTerms {
    /// Before nothing.
    fn default() -> Self {
        Self {
            before: Before::Nothing,
            product_ids: Vec::new(),
            per_minute: 100,
            admission_minutes: 10,
            message: String::new(),
        }
    }
}

impl RoomTerms {
    pub(crate) fn checked(mut self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        self.message = self.message.trim().to_owned();
        let mut seen = std::collections::HashSet::new();
        self.product_ids.retain(|product| seen.insert(*product));
        if self.before == Before::Products && self.product_ids.is_empty() {
            invalid.push(FieldError::required("product_ids"));
        }
        if self.product_ids.len() > MOST_PRODUCTS {
            let message = format!("may be at most {MOST_PRODUCTS}");
            invalid.push(FieldError::new("product_ids", "too_many", message));
        }
        for (field, value, most) in [
            ("per_minute", self.per_minute, QUICKEST),
            ("admission_minutes", self.admission_minutes, LONGEST_ADMISSION),
        ] {
            if !(1..=most).contains(&value) {
                let message = format!("must be between 1 and {most}");
                invalid.push(FieldError::new(field, "out_of_range", message));
            }
        }
        if self.message.chars().count() > LONGEST_MESSAGE || self.message.contains('\0') {
            let message = format!("may have at most {LONGEST_MESSAGE} characters");
            invalid.push(FieldError::new("message", "too_long", message));
        }
        invalid.into_result()?;
        Ok(self)
    }
}

/// A waiting room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// What the store decided.
    pub terms: RoomTerms,
    /// How fast its queue moves; none before it was first opened.
    pub pace: Option<Pace>,
    /// Its version; 0 before anything was decided.
    pub version: i64,
}

impl Room {
    /// The pace of a room that stands before something.
    pub fn open_pace(&self) -> Option<Pace> {
        self.pace.clone().filter(|_| self.terms.before != Before::Nothing)
    }

    /// Whether one of these products is bought through it.
    pub fn stands_before(&self, products: impl IntoIterator<Item = ProductId>) -> bool {
        match self.terms.before {
            Before::Nothing => false,
            Before::Checkout => true,
            Before::Products => products
                .into_iter()
                .any(|product| self.terms.product_ids.contains(&product)),
        }
    }
}
