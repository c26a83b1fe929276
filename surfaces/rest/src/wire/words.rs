//! Texts of a certain form, as the document has them. Whether a text has it is for the domains to say.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, RefOr, Schema, Type},
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

word_schemas! {
    Title: "A line that is not blank.", (1, 500),
        r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";
    Slug: "Small letters and digits, with single hyphens between them.", (1, 200),
        r"^[^\x00-/:-`{-\x7f]+(-[^\x00-/:-`{-\x7f]+)*$";
    NewSlug: "Small letters and digits, with single hyphens between them; when it is empty, one is made.", (0, 200),
        r"^([^\x00-/:-`{-\x7f]+(-[^\x00-/:-`{-\x7f]+)*)?$";
    EnteredCode: "A coupon's code as it was typed.", (1, 100), r"^[^\x00]*[^\s\x00][^\x00]*$";
}
