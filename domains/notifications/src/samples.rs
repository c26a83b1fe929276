//! Mails that say what a real one would, to try templates with.

use std::collections::BTreeMap;

use kernel::{Address, Currency, Locale, Money};

use crate::{Content, LevelText, MailData, MailStore, OrderLineText, OrderText, ParcelText, RefundText, TaxText};

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
    /// Mails of every kind, for tests and previews of templates. Those about orders are about that one.
    pub fn samples_about(order: OrderText, store: &MailStore, locale: Locale) -> Vec<Self> {
        let page = |path: &str| format!("{}{path}", store.url.trim_end_matches('/'));
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
            Content::DataErased {},
            Content::StaffInvitation {
                name: "Ann & Bob".to_owned(),
                link: page("/admin/join?token=abc-123_x"),
                valid_days: 7,
            },
            Content::CartLeft {
                lines: order.lines.clone(),
                link: page("/cart/left/rem_1?token=abc-123_x"),
            },
            Content::OrderConfirmation { order: order.clone() },
            Content::PaymentFailed { order: order.clone() },
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
        let mail = |content: Content| Self {
            kind: content.kind(),
            lang: locale.code(),
            store: store.clone(),
            stop_link: content.topic().map(|_topic| page("/mails/msg_1?token=abc-123_x")),
            content,
        };
        contents.into_iter().chain(of_stock(&page, locale)).map(mail).collect()
    }

    /// The same about an order that nobody placed, in a store that nobody has.
    pub fn samples(locale: Locale) -> Vec<Self> {
        let store = MailStore {
            name: "Ink & Paper <Co>".to_owned(),
            url: "https://shop.example.com/".to_owned(),
            email: "store@example.com".to_owned(),
        };
        Self::samples_about(OrderText::sample(locale), &store, locale)
    }
}

/// Mails about something that was sold out, or is about to be.
fn of_stock(page: &dyn Fn(&str) -> String, locale: Locale) -> [Content; 3] {
    let (product, variant) = ("Notebook \"Tide\"".to_owned(), "A5 / Dotted".to_owned());
    let level = LevelText {
        product: product.clone(),
        variant: variant.clone(),
        sku: "TIDE-A5-D".to_owned(),
        location: "Main <1>".to_owned(),
        free: 2,
        reorder_point: 5,
        reorder_quantity: 40,
        incoming: 12,
    };
    let sold_out = LevelText {
        variant: String::new(),
        sku: String::new(),
        free: 0,
        reorder_quantity: 0,
        incoming: 0,
        ..level.clone()
    };
    [
        Content::LowStock {
            day: locale.format_date(kernel::Time::UNIX_EPOCH.date_naive()),
            count: 3,
            levels: vec![sold_out, level],
            more: 1,
            link: page("/admin/stock?state=low"),
            choice_link: page("/admin/stock#low-stock-mail"),
        },
        Content::ConfirmStockAlert {
            product: product.clone(),
            variant: variant.clone(),
            link: page("/stock-alerts/alr_1?token=abc-123_x"),
            valid_days: 7,
        },
        Content::BackInStock {
            product,
            variant,
            link: page("/products/notebook?variant=var_1"),
        },
    ]
}

impl OrderText {
    pub(crate) fn sample(locale: Locale) -> Self {
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
            placed_on: locale.format_date(kernel::Time::UNIX_EPOCH.date_naive()),
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
