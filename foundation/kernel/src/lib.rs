#![doc = include_str!("../README.md")]

mod actor;
mod address;
mod clock;
mod entropy;
mod id;
mod invalid;
mod locale;
mod money;
mod named;
mod page;
mod person;
mod picture;
mod store;
mod text;
mod time_zone;

pub use actor::{Actor, Forbidden, Permission};
pub use address::{Address, AddressFormat, AddressPart};
pub use clock::{Clock, ManualClock, SystemClock, Time};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::*;
pub use invalid::{FieldError, Invalid};
pub use locale::{Locale, UnknownLocale};
pub use money::{Currency, Money, MoneyError, Rounding};
pub use page::{Cursor, Page, PageRequest};
pub use person::Person;
pub use picture::{PictureFormat, PictureUrl, Print, parse_rendition, widths};
pub use store::{CaptureWhen, HoldStock, OrderNumbers, Store, TaxRounding};
pub use text::{CountryCode, EmailAddress, Quantity, Sku, Slug, plain_word, slugify, typed_line};
pub use time_zone::TimeZone;
