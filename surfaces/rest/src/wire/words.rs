//! Texts of a certain form, as the document has them. Whether a text has it is for the domains to say.

use kernel::{CountryCode, Locale};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, OneOf, RefOr, Schema, Type},
};

macro_rules! word_schemas {
    ($($name:ident: $description:literal, $lengths:expr, $pattern:expr;)*) => {$(
        #[doc = $description]
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema($description, $lengths, $pattern)
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

fn schema(description: &str, (least, most): (usize, usize), pattern: &str) -> RefOr<Schema> {
    Object::builder()
        .schema_type(Type::String)
        .description(Some(description))
        .min_length((least > 0).then_some(least))
        .max_length(Some(most))
        .pattern(Some(pattern))
        .build()
        .into()
}

/// The code of a country in capitals, as ISO 3166-1 gives it: every one there is.
pub(crate) struct Country;

impl PartialSchema for Country {
    fn schema() -> RefOr<Schema> {
        let letters = || 'A'..='Z';
        let codes = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let assigned = codes.filter(|code| CountryCode::parse_assigned(code).is_ok());
        one_of("Two-letter country code (ISO 3166-1 alpha-2).", assigned)
    }
}

impl ToSchema for Country {
    fn name() -> std::borrow::Cow<'static, str> {
        "Country".into()
    }
}

/// A language that the program speaks.
pub(crate) struct Language;

impl PartialSchema for Language {
    fn schema() -> RefOr<Schema> {
        let codes = Locale::ALL.iter().map(|locale| locale.code().to_owned());
        one_of("A language that the program speaks.", codes)
    }
}

impl ToSchema for Language {
    fn name() -> std::borrow::Cow<'static, str> {
        "Language".into()
    }
}

fn one_of(description: &str, values: impl Iterator<Item = String>) -> RefOr<Schema> {
    Object::builder()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(values))
        .build()
        .into()
}

/// By how much a count changes.
pub(crate) struct StockChange;

impl PartialSchema for StockChange {
    fn schema() -> RefOr<Schema> {
        let part = |(least, most): (i64, i64)| {
            Object::builder()
                .schema_type(Type::Integer)
                .minimum(Some(least))
                .maximum(Some(most))
        };
        let parts = OneOf::builder()
            .description(Some("By how much; zero is no change and is refused."))
            .item(part((-1_000_000_000, -1)))
            .item(part((1, 1_000_000_000)));
        Schema::OneOf(parts.build()).into()
    }
}

impl ToSchema for StockChange {
    fn name() -> std::borrow::Cow<'static, str> {
        "StockChange".into()
    }
}

word_schemas! {
    Title: "A line that is not blank.", (1, 500),
        r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";
    Slug: "Small letters and digits, with single hyphens between them.", (1, 200),
        r"^[^\x00-/:-`{-\x7f]+(-[^\x00-/:-`{-\x7f]+)*$";
    NewSlug: "Small letters and digits, with single hyphens between them; when it is empty, one is made.", (0, 200),
        r"^([^\x00-/:-`{-\x7f]+(-[^\x00-/:-`{-\x7f]+)*)?$";
    Sentence: "A line without control characters.", (0, 160), r"^[^\x00-\x1f\x7f-\x9f]*$";
    DayHours: "When it is open on a day, such as `09:00-12:00, 13:00-18:00`; empty is closed.", (0, 500),
        r"^\s*(\d{1,2}[:.]\d{2}\s*[-–]\s*\d{1,2}[:.]\d{2}\s*(,\s*\d{1,2}[:.]\d{2}\s*[-–]\s*\d{1,2}[:.]\d{2}\s*)*)?$";
    RegionCode: "A country such as `US`, a state such as `US-CA`, or `*` for everywhere that no other zone names.", (1, 20),
        r"^(\*|[A-Za-z]{2}(-[0-9A-Za-z]{1,10})?)$";
    EnteredCode: "A coupon's code as it was typed.", (1, 100), r"^[^\x00]*[^\s\x00][^\x00]*$";
}
