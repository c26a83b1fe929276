//! What a mail says: the facts its templates get. Amounts and dates are texts already, in the mail's language.

use std::collections::BTreeMap;

use kernel::{Address, Currency, Locale, Money};
use serde::Serialize;

/// The kinds of mail; each has a template of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Please confirm your address.
    VerifyEmail,
    /// You have an account already.
    AlreadyRegistered,
    /// Here you can choose a new password.
    ResetPassword,
    /// Your password is a new one.
    PasswordChanged,
    /// You are asked to join the staff.
    StaffInvitation,
    /// Thank you for your order.
    OrderConfirmation,
    /// A parcel is on its way.
    OrderShipped,
    /// A parcel went on: it is on the van, it arrived, or it could not be delivered.
    ParcelMoved,
    /// You get money back.
    OrderRefunded,
    /// Your order was cancelled.
    OrderCancelled,
}

impl MailKind {
    /// The name of the templates and in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::AlreadyRegistered => "already_registered",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::StaffInvitation => "staff_invitation",
            Self::OrderConfirmation => "order_confirmation",
            Self::OrderShipped => "order_shipped",
            Self::ParcelMoved => "parcel_moved",
            Self::OrderRefunded => "order_refunded",
            Self::OrderCancelled => "order_cancelled",
        }
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
    /// See [`MailKind::StaffInvitation`].
    StaffInvitation {
        /// The name of whoever is invited.
        name: String,
        /// Where the invitation is accepted.
        link: String,
        /// For how many days.
        valid_days: i64,
    },
    /// See [`MailKind::OrderConfirmation`].
    OrderConfirmation {
        /// The order.
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

/// A line of an order, a parcel or a refund.
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
    /// Which mail it is for.
    pub fn kind(&self) -> MailKind {
        match self {
            Self::VerifyEmail { .. } => MailKind::VerifyEmail,
            Self::AlreadyRegistered { .. } => MailKind::AlreadyRegistered,
            Self::ResetPassword { .. } => MailKind::ResetPassword,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::StaffInvitation { .. } => MailKind::StaffInvitation,
            Self::OrderConfirmation { .. } => MailKind::OrderConfirmation,
            Self::OrderShipped { .. } => MailKind::OrderShipped,
            Self::ParcelMoved { .. } => MailKind::ParcelMoved,
            Self::OrderRefunded { .. } => MailKind::OrderRefunded,
            Self::OrderCancelled { .. } => MailKind::OrderCancelled,
        }
    }
}

impl ParcelText {
    fn sample(order: &OrderText) -> Self {
        Self {
            carrier: "Parcel & Post".to_owned(),
            tracking_number: "PP 123 456".to_owned(),
            tracking_url: "https://carrier.example.com/follow?number=PP123456&lang=en".to_owned(),
            lines: order.lines.clone(),
        }
    }
}

impl MailData {
    /// One mail of every kind, for tests and previews of templates.
    pub fn samples(locale: Locale) -> Vec<Self> {
        let page = |path: &str| format!("https://shop.example.com{path}");
        let order = OrderText::sample(locale);
        let parcel = ParcelText::sample(&order);
        let refund = RefundText {
            amount: order.total.clone(),
            lines: order.lines.clone(),
            reason: "Damaged in transit".to_owned(),
        };
        let moved = |state: &str| Content::ParcelMoved {
            order: order.clone(),
            parcel: parcel.clone(),
            state: state.to_owned(),
            review_link: Some(page("/orders/ord_1/reviews?token=abc")).filter(|_| state == "delivered"),
        };
        let contents = [
            moved("out-for-delivery"),
            moved("delivered"),
            moved("failed"),
            Content::VerifyEmail {
                link: page("/account/verify?token=abc-123_x"),
                valid_days: 3,
            },
            Content::AlreadyRegistered {
                sign_in_link: page("/login"),
                forgot_link: page("/account/forgot"),
            },
            Content::ResetPassword {
                link: page("/account/reset?token=abc-123_x"),
                valid_minutes: 60,
            },
            Content::PasswordChanged {
                forgot_link: page("/account/forgot"),
            },
            Content::StaffInvitation {
                name: "Ann & Bob".to_owned(),
                link: page("/admin/join?token=abc-123_x"),
                valid_days: 7,
            },
            Content::OrderConfirmation { order: order.clone() },
            Content::OrderShipped {
                order: order.clone(),
                parcel: parcel.clone(),
            },
            Content::OrderRefunded {
                order: order.clone(),
                refund,
            },
            Content::OrderCancelled {
                order,
                reason: "Sold out".to_owned(),
            },
        ];
        let store = MailStore {
            name: "Ink & Paper <Co>".to_owned(),
            url: page("/"),
            email: "store@example.com".to_owned(),
        };
        let mail = |content: Content| Self {
            kind: content.kind(),
            lang: locale.code(),
            store: store.clone(),
            content,
        };
        contents.into_iter().map(mail).collect()
    }
}

impl OrderText {
    fn sample(locale: Locale) -> Self {
        let usd = |minor| Money::new(minor, Currency::USD).format(locale);
        let line = |title: &str, variant: &str, quantity, minor| OrderLineText {
            title: title.to_owned(),
            variant: variant.to_owned(),
            properties: BTreeMap::from([("Engraving".to_owned(), "For <Ann>".to_owned())]),
            quantity,
            total: usd(minor),
        };
        Self {
            number: "ORD-1001".to_owned(),
            placed_on: locale.format_date(kernel::Time::UNIX_EPOCH),
            status_link: "https://shop.example.com/orders/ord_1?token=abc".to_owned(),
            lines: vec![
                line("Notebook \"Tide\"", "A5 / Dotted", 2, 2_400),
                line("Ink <blue>", "", 1, 1_250),
            ],
            items_total: usd(3_650),
            discount: Some(usd(-365)),
            shipping_name: "Standard".to_owned(),
            shipping_total: usd(500),
            taxes: vec![TaxText {
                name: "CA Sales tax 7.25 %".to_owned(),
                amount: usd(238),
            }],
            prices_include_tax: false,
            total: usd(4_023),
            shipping_address: Address::sample().label_lines(Locale::EN),
            billing_address: Address::sample().label_lines(Locale::EN),
        }
    }
}
