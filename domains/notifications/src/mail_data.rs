//! What a mail says: the facts its templates get. Amounts and dates are texts already, in the mail's language.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Topic;

kernel::named! {
    /// The kinds of mail; each has a template of its name.
    MailKind {
        /// Please confirm your address.
        VerifyEmail = "verify_email",
        /// You have an account already.
        AlreadyRegistered = "already_registered",
        /// Here you can choose a new password.
        ResetPassword = "reset_password",
        /// Your password is a new one.
        PasswordChanged = "password_changed",
        /// Thank you for your order.
        OrderConfirmation = "order_confirmation",
        /// Your payment did not go through after all.
        PaymentFailed = "payment_failed",
        /// A parcel is on its way.
        OrderShipped = "order_shipped",
        /// A parcel went on: it is on the van, it arrived, or it could not be delivered.
        ParcelMoved = "parcel_moved",
        /// You get money back.
        OrderRefunded = "order_refunded",
        /// Your order was cancelled.
        OrderCancelled = "order_cancelled",
        /// Everything about you was deleted.
        DataErased = "data_erased",
        /// You are asked to join the staff.
        StaffInvitation = "staff_invitation",
        /// Please confirm that you want to hear when something is back.
        ConfirmStockAlert = "confirm_stock_alert",
        /// It can be bought again.
        BackInStock = "back_in_stock",
        /// Something is still in your cart.
        CartLeft = "cart_left",
        /// This is low, and should be ordered.
        LowStock = "low_stock",
    }
}

impl MailKind {
    /// Whether its link opens an account to whoever follows it. Whoever says what such a mail says says where its link leads.
    pub fn opens_accounts(self) -> bool {
        matches!(self, Self::VerifyEmail | Self::ResetPassword | Self::StaffInvitation)
    }
}

impl Serialize for MailKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Everything a mail's templates see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailData {
    /// Which mail it is.
    pub kind: MailKind,
    /// The code of its language, such as `en`.
    pub lang: &'static str,
    /// Whose mail it is.
    pub store: MailStore,
    /// Where such mails are refused; nothing where they are owed.
    pub stop_link: Option<String>,
    /// The facts of its kind, beside the others.
    #[serde(flatten)]
    pub content: Content,
}

/// The store as a mail names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MailStore {
    /// Its name.
    pub name: String,
    /// Its front page.
    pub url: String,
    /// Where it can be written to.
    pub email: String,
}

/// The facts of each kind of mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Content {
    /// See [`MailKind::VerifyEmail`].
    VerifyEmail {
        /// Confirms the address.
        link: String,
        /// For how many days.
        valid_days: i64,
    },
    /// See [`MailKind::AlreadyRegistered`].
    AlreadyRegistered {
        /// The sign-in page.
        sign_in_link: String,
        /// The page for forgotten passwords.
        forgot_link: String,
    },
    /// See [`MailKind::ResetPassword`].
    ResetPassword {
        /// The page where the new password is chosen.
        link: String,
        /// For how many minutes.
        valid_minutes: i64,
    },
    /// See [`MailKind::PasswordChanged`].
    PasswordChanged {
        /// The page for forgotten passwords, if it was somebody else.
        forgot_link: String,
    },
    /// See [`MailKind::DataErased`].
    DataErased {},
    /// See [`MailKind::StaffInvitation`].
    StaffInvitation {
        /// The name of whoever is invited.
        name: String,
        /// Where the invitation is accepted.
        link: String,
        /// For how many days.
        valid_days: i64,
    },
    /// See [`MailKind::ConfirmStockAlert`].
    ConfirmStockAlert {
        /// The product.
        product: String,
        /// The variant; may be empty.
        variant: String,
        /// Confirms it.
        link: String,
        /// For how many days.
        valid_days: i64,
    },
    /// See [`MailKind::BackInStock`].
    BackInStock {
        /// The product.
        product: String,
        /// The variant; may be empty.
        variant: String,
        /// The product's page.
        link: String,
    },
    /// See [`MailKind::CartLeft`].
    CartLeft {
        /// What can be bought of what is in the cart.
        lines: Vec<OrderLineText>,
        /// Brings the cart back, on any device.
        link: String,
    },
    /// See [`MailKind::LowStock`].
    LowStock {
        /// The day it is told on.
        day: String,
        /// How many levels are low.
        count: i64,
        /// Those that are nearest to being sold out, or all of them.
        levels: Vec<LevelText>,
        /// How many more there are.
        more: i64,
        /// The list at the desk.
        link: String,
        /// Where the mail is refused.
        choice_link: String,
    },
    /// See [`MailKind::OrderConfirmation`].
    OrderConfirmation {
        /// The order.
        order: OrderText,
    },
    /// See [`MailKind::PaymentFailed`].
    PaymentFailed {
        /// The order, which is cancelled.
        order: OrderText,
    },
    /// See [`MailKind::OrderShipped`].
    OrderShipped {
        /// The order.
        order: OrderText,
        /// What is on its way.
        parcel: ParcelText,
    },
    /// See [`MailKind::ParcelMoved`].
    ParcelMoved {
        /// The order.
        order: OrderText,
        /// What it is about.
        parcel: ParcelText,
        /// How far it is: `out-for-delivery`, `delivered` or `failed`.
        state: String,
        /// Where what came can be reviewed; none before it came, or where nobody reviews anything.
        review_link: Option<String>,
    },
    /// See [`MailKind::OrderRefunded`].
    OrderRefunded {
        /// The order.
        order: OrderText,
        /// What is given back.
        refund: RefundText,
    },
    /// See [`MailKind::OrderCancelled`].
    OrderCancelled {
        /// The order.
        order: OrderText,
        /// Why; may be empty.
        reason: String,
    },
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderText {
    /// Its number, such as `ORD-1001`.
    pub number: String,
    /// The day it was placed.
    pub placed_on: String,
    /// Its status page, which needs no sign-in.
    pub status_link: String,
    /// What was bought.
    pub lines: Vec<OrderLineText>,
    /// What the lines cost before discounts.
    pub items_total: String,
    /// What coupons took off; `None` for nothing.
    pub discount: Option<String>,
    /// How it is shipped; empty when nothing is.
    pub shipping_name: String,
    /// What shipping costs, after discounts.
    pub shipping_total: String,
    /// The taxes by name.
    pub taxes: Vec<TaxText>,
    /// Whether the amounts above contain the taxes.
    pub prices_include_tax: bool,
    /// What was paid.
    pub total: String,
    /// Where it goes, line by line; empty when nothing is shipped.
    pub shipping_address: Vec<String>,
    /// Who pays, line by line.
    pub billing_address: Vec<String>,
}

/// A line of an order, a parcel, a refund or a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderLineText {
    /// The product.
    pub title: String,
    /// The variant; empty when there is only one.
    pub variant: String,
    /// What the shopper wrote on it, such as an engraving, by the label of the field.
    pub properties: BTreeMap<String, String>,
    /// How many.
    pub quantity: i64,
    /// What they cost together, or give back.
    pub total: String,
}

/// A tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaxText {
    /// Its name with the rate.
    pub name: String,
    /// How much of it.
    pub amount: String,
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParcelText {
    /// Who carries it; may be empty.
    pub carrier: String,
    /// Its number there; may be empty.
    pub tracking_number: String,
    /// Where it can be followed; may be empty.
    pub tracking_url: String,
    /// What is in it.
    pub lines: Vec<OrderLineText>,
}

/// What is left of a variant at a location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LevelText {
    /// The product.
    pub product: String,
    /// The variant; may be empty.
    pub variant: String,
    /// Its number; may be empty.
    pub sku: String,
    /// Where it lies.
    pub location: String,
    /// How many can be sold.
    pub free: i64,
    /// At how many more are ordered.
    pub reorder_point: i64,
    /// How many are ordered then; zero when nobody said.
    pub reorder_quantity: i64,
    /// How many are on their way.
    pub incoming: i64,
}

/// Money that is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundText {
    /// How much.
    pub amount: String,
    /// For what; empty when it is for no line.
    pub lines: Vec<OrderLineText>,
    /// Why; may be empty.
    pub reason: String,
}

impl Content {
    /// What it is about that nobody has to take.
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::BackInStock { .. } => Some(Topic::BackInStock),
            Self::CartLeft { .. } => Some(Topic::Carts),
            Self::ParcelMoved { review_link, .. } => review_link.as_ref().map(|_link| Topic::Reviews),
            _ => None,
        }
    }

    /// What is owed of it all the same, to somebody who refused its topic.
    pub(crate) fn owed(self) -> Option<Self> {
        match self {
            Self::ParcelMoved {
                order, parcel, state, ..
            } => Some(Self::ParcelMoved {
                order,
                parcel,
                state,
                review_link: None,
            }),
            Self::BackInStock { .. } | Self::CartLeft { .. } => None,
            other => Some(other),
        }
    }

    /// Which mail it is for.
    pub fn kind(&self) -> MailKind {
        match self {
            Self::VerifyEmail { .. } => MailKind::VerifyEmail,
            Self::AlreadyRegistered { .. } => MailKind::AlreadyRegistered,
            Self::ResetPassword { .. } => MailKind::ResetPassword,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::DataErased {} => MailKind::DataErased,
            Self::StaffInvitation { .. } => MailKind::StaffInvitation,
            Self::ConfirmStockAlert { .. } => MailKind::ConfirmStockAlert,
            Self::BackInStock { .. } => MailKind::BackInStock,
            Self::CartLeft { .. } => MailKind::CartLeft,
            Self::LowStock { .. } => MailKind::LowStock,
            Self::OrderConfirmation { .. } => MailKind::OrderConfirmation,
            Self::PaymentFailed { .. } => MailKind::PaymentFailed,
            Self::OrderShipped { .. } => MailKind::OrderShipped,
            Self::ParcelMoved { .. } => MailKind::ParcelMoved,
            Self::OrderRefunded { .. } => MailKind::OrderRefunded,
            Self::OrderCancelled { .. } => MailKind::OrderCancelled,
        }
    }
}
