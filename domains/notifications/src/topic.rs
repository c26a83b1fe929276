//! What mails are about that nobody has to take.

kernel::named! {
    /// What somebody may refuse to be written about. Mails about an order or an account have none: they are owed.
    Topic {
        /// Being asked to review what one bought.
        Reviews = "reviews",
        /// Something that was sold out can be bought again.
        BackInStock = "back_in_stock",
        /// Something lies in a cart that one left behind.
        Carts = "carts",
    }
}

impl Topic {
    /// Whether mails about it say something that is owed, too: the one that asks for a review tells that a parcel arrived.
    pub(crate) fn is_partly_owed(self) -> bool {
        match self {
            Self::Reviews => true,
            Self::BackInStock | Self::Carts => false,
        }
    }
}
