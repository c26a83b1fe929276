//! Who writes a review, as far as it is proven.

use kernel::{CustomerId, EmailAddress, OrderId};

use crate::Review;

/// Somebody who has proved to be a customer, to have placed an order, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The address that the one review of a product is kept under.
    pub email: EmailAddress,
    /// Whether that address is known to be theirs: it was verified, and not merely typed.
    pub email_is_theirs: bool,
    /// The signed-in customer.
    pub customer: Option<CustomerId>,
    /// The order whose signed link they followed.
    pub order: Option<OrderId>,
}

impl Author {
    /// Whether a review is theirs. An address alone proves nothing: anybody can place an order with it.
    pub fn wrote(&self, review: &Review) -> bool {
        let by_account = self.customer.is_some() && self.customer == review.customer_id;
        let by_order = self.order.is_some() && self.order == review.order_id;
        by_account || by_order || (self.email_is_theirs && self.email == review.email)
    }
}
