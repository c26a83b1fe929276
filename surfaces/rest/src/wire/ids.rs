//! Ids in the document: texts with a prefix. The values themselves are the kernel's.

use kernel::TypedId;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Object, Ref, RefOr, Schema, Type},
};

/// The schema of a kind of id.
pub(crate) trait IdSchema: ToSchema {
    /// A reference to it.
    fn reference() -> RefOr<Schema> {
        RefOr::from(Ref::from_schema_name(Self::name()))
    }
}

/// The prefix and 26 characters of Crockford base 32, which hold 128 bits: the last one's two lowest bits are zero.
fn schema<I: TypedId>(example: &str) -> RefOr<Schema> {
    Object::builder()
        .schema_type(Type::String)
        .pattern(Some(format!("^{}_[0-9a-hjkmnp-tv-z]{{25}}[048cgmrw]$", I::PREFIX)))
        .examples([format!("{}_{example}", I::PREFIX)])
        .build()
        .into()
}

macro_rules! id_schemas {
    ($($name:ident),* $(,)?) => {$(
        #[doc = concat!("Stands for [`kernel::", stringify!($name), "`] in the document.")]
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                schema::<kernel::$name>("06a6mnt2kwf4dap3v7cqz9x1m0")
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }

        impl IdSchema for $name {}
    )*};
}

id_schemas! {
    AddressId, ApiKeyId, AttachmentId, AttributeId, CartId, CartLineId, CategoryId, CollectionId, CouponId, CustomerGroupId, CustomerId, DocumentId, FulfilmentId, ImageId, ImportId, LocationId, MenuItemId,
    OrderId, OrderLineId, PageId, PaymentMethodId, PriceListId, ProductId, ProfileId, RefundId, ReviewId, SectionId, ShippingMethodId, TimelineId, VariantId, ZoneId,
}
