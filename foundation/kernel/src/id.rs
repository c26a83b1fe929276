//! Typed ids. Each kind is a UUID version 7 shown as a prefix and 26 characters of Crockford base 32, such as
//! `ord_01jd8x…`, so that an id in a log or a mail says what it names.

use std::{fmt, str::FromStr};

use data_encoding::{Encoding, Specification};
use uuid::Uuid;

use crate::{Entropy, Time};

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("is not an id of the form {prefix}_ and 26 characters")]
pub struct InvalidId {
    /// The prefix that was expected.
    pub prefix: &'static str,
}

/// What every kind of id can do; `Ctx::new_id` makes one of any kind.
pub trait TypedId:
    Copy + Eq + Ord + std::hash::Hash + fmt::Display + fmt::Debug + From<Uuid> + Into<Uuid> + Send + Sync + 'static
{
    /// The characters before the underscore.
    const PREFIX: &'static str;

    /// A time-ordered id: 48 bits of milliseconds, then 74 random bits (RFC 9562, version 7).
    fn generate(now: Time, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random)
            .into_uuid()
            .into()
    }

    /// An id that nobody can guess: 122 random bits and no time (RFC 9562, version 4). For ids that are secrets.
    fn generate_secret(entropy: &dyn Entropy) -> Self {
        let mut random = [0; 16];
        entropy.fill(&mut random);
        Uuid::from_bytes(random).into()
    }
}

fn base32() -> &'static Encoding {
    static ENCODING: std::sync::OnceLock<Encoding> = std::sync::OnceLock::new();
    ENCODING.get_or_init(|| {
        let mut specification = Specification::new();
        specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
        specification.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
    })
}

fn format_id(prefix: &str, id: Uuid, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{prefix}_{}", base32().encode(id.as_bytes()))
}

fn parse_id(prefix: &'static str, text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { prefix };
    let Some(encoded) = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')) else {
        return Err(invalid);
    };
    base32()
        .decode(encoded.as_bytes())
        .ok()
        .and_then(|bytes| Uuid::from_slice(&bytes).ok())
        .ok_or(invalid)
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                format_id($prefix, self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                format_id($prefix, self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_id($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <Uuid as sqlx::Type<sqlx::Postgres>>::type_info()
            }
        }

        impl sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> sqlx::postgres::PgTypeInfo {
                <Uuid as sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }

        impl<'q> sqlx::Encode<'q, sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buffer: &mut sqlx::postgres::PgArgumentBuffer,
            ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Encode<'q, sqlx::Postgres>>::encode_by_ref(&self.0, buffer)
            }
        }

        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Decode<'r, sqlx::Postgres>>::decode(value).map(Self)
            }
        }
    )*};
}

typed_ids! {
    /// A store: one tenant of the installation.
    StoreId = "str";
    /// One request, as it appears in logs and problem documents.
    RequestId = "req";
    /// An event in the outbox.
    EventId = "evt";
    /// A piece of background work.
    JobId = "job";
    /// Somebody who can sign in: a shopper or a member of staff.
    AccountId = "acc";
    /// A signed-in browser.
    SessionId = "ses";
    /// A key with which a server calls the API.
    ApiKeyId = "key";
    /// A one-time token sent by mail.
    MailTokenId = "mtk";
    /// Names a role that a store made of permissions.
    RoleId = "rol";
    /// Names somebody who was asked to join the staff.
    InvitationId = "inv";
    /// Names a key that signs access tokens.
    SigningKeyId = "sgk";
    /// Names a passkey.
    PasskeyId = "psk";
    /// Names a provider that customers sign in with.
    ProviderId = "idp";
    /// A shopper the store knows by e-mail address.
    CustomerId = "cus";
    /// An entry of a customer's address book.
    AddressId = "adr";
    /// A product: what a page shows.
    ProductId = "prd";
    /// A variant: what is sold and counted.
    VariantId = "var";
    /// A product's picture.
    ImageId = "img";
    /// A page that the merchant wrote.
    PageId = "pge";
    /// An entry of a menu.
    MenuItemId = "mni";
    /// A section of a home page.
    SectionId = "sec";
    /// Names what a shopper says of a product.
    ReviewId = "rev";
    /// A video, 360° set, model or file of a product.
    AttachmentId = "att";
    /// A node of the category tree.
    CategoryId = "cat";
    /// A curated group of products.
    CollectionId = "col";
    /// Something that the store says of its products.
    AttributeId = "att";
    /// A stored file.
    MediaId = "med";
    /// A row of the tax table that a store added.
    TaxRateId = "txr";
    /// An exemption of a customer from tax.
    TaxExemptionId = "txe";
    /// A balanced set of ledger entries.
    LedgerTransactionId = "ltx";
    /// One line of a ledger transaction.
    LedgerEntryId = "len";
    /// A coupon.
    CouponId = "cpn";
    /// Customers that a merchant put together.
    CustomerGroupId = "cgr";
    /// Prices for groups of customers.
    PriceListId = "prl";
    /// A warehouse or shop that holds stock.
    LocationId = "loc";
    /// Stock set aside for a cart or an order.
    ReservationId = "rsv";
    /// A row of the stock ledger.
    MovementId = "mov";
    /// A group of countries and states with the same shipping methods.
    ZoneId = "zon";
    /// A way to ship into a zone.
    ShippingMethodId = "shm";
    /// Products that ship in their own way.
    ProfileId = "shp";
    /// A box that parcels are packed into.
    BoxId = "box";
    /// Where a product may not be sent.
    RestrictionId = "rst";
    /// One try to take a payment.
    AttemptId = "pay";
    /// Money that was held, taken through a gateway.
    CaptureId = "cap";
    /// A card that a gateway keeps for a customer.
    PaymentMethodId = "pmt";
    /// Money given back through a gateway.
    RefundId = "rfd";
    /// A cart. It is a secret: whoever knows it may change the cart.
    CartId = "cart";
    /// A wishlist that is shown to others. It is a secret: whoever knows it may look.
    SharedWishlistId = "wls";
    /// A line of a cart.
    CartLineId = "cln";
    /// Names a cart in the mail about it. Its link is signed as well: whoever knows the id alone sees nothing.
    CartReminderId = "rem";
    /// An order.
    OrderId = "ord";
    /// A line of an order.
    OrderLineId = "oln";
    /// A parcel of an order.
    FulfilmentId = "ful";
    /// An entry of an order's timeline.
    TimelineId = "tml";
    /// One run of an import.
    ImportId = "imp";
    /// A mail that was or will be sent.
    MessageId = "msg";
    /// A browser that asked for pushes.
    PushSubscriptionId = "psh";
    /// What somebody said about mails that they may refuse.
    ConsentId = "cns";
    /// An invoice or a credit note.
    DocumentId = "doc";
    /// Somebody waits for a variant to be back.
    StockAlertId = "alr";
    /// Names somebody's wish to be forgotten.
    ErasureId = "ers";
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::SeededEntropy;

    #[test]
    fn an_id_survives_its_text() {
        let id = OrderId::generate(DateTime::UNIX_EPOCH, &SeededEntropy::new(1));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), "ord_".len() + 26);
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = OrderId::generate(DateTime::UNIX_EPOCH, &SeededEntropy::new(1));
        assert_eq!(id.to_string().parse::<CartId>(), Err(InvalidId { prefix: "cart" }));
        for bad in [
            "",
            "ord_",
            "ord_xyz",
            "ord_0000000000000000000000000é",
            "ord_00000000000000000000000000000",
        ] {
            assert_eq!(bad.parse::<OrderId>(), Err(InvalidId { prefix: "ord" }), "{bad}");
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let entropy = SeededEntropy::new(1);
        let early = OrderId::generate(DateTime::UNIX_EPOCH, &entropy);
        let late = OrderId::generate(DateTime::UNIX_EPOCH + chrono::TimeDelta::milliseconds(1), &entropy);
        assert!(early < late && early.to_string() < late.to_string());
    }
}
