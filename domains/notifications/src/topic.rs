//! What mails are about that nobody has to take.

kernel::named! {
    /// What somebody may refuse to be written about. Mails about an order or an account have none: they are owed.
    Topic {
        /// Being asked to review what one bought.
        Reviews = "reviews",
        /// Something that was sold out can be bought again.
        BackInStock = "back_in_stock",
    }
}
