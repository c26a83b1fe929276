#![doc = include_str!("../README.md")]

mod code;
mod destination;
mod erase;
pub mod events;
mod exemption;
mod import_rates;
mod nexus;
mod place;
mod put_code;
mod put_exemption;
mod put_nexus;
mod put_rate;
mod rate;
mod rates_for;
mod reads;
mod remove_code;
mod remove_exemption;
mod remove_nexus;
mod remove_rate;
mod replace_nexus;
mod store;
mod table;
mod territories;

pub use code::{OwnCode, TaxCode};
pub use destination::{Destination, Scope};
pub use erase::erase_exemptions;
pub use exemption::{Exemption, ExemptionReason, exemption_for};
pub use import_rates::{ImportRatesError, ImportedRates, Refusal, import_rates};
pub use nexus::{Nexus, in_european_union};
pub use place::Place;
pub use put_code::{PutCode, PutCodeError, put_code};
pub use put_exemption::{PutExemption, PutExemptionError, put_exemption};
pub use put_nexus::{PutNexusError, put_nexus};
pub use put_rate::{PutRate, PutRateError, put_rate};
pub use rate::{Rate, TaxCategory};
pub use rates_for::{TaxFacts, may_be_taxed, rates_for, shipping_rates_for};
pub use reads::{
    ListNexusError, OwnRate, OwnRates, find_exemption, find_own_rate, list_codes, list_exemptions, list_own_rates,
    load, load_all, load_nexus, page_nexus,
};
pub use remove_code::{RemoveCodeError, remove_code};
pub use remove_exemption::{RemoveExemptionError, remove_exemption};
pub use remove_nexus::{RemoveNexusError, remove_nexus};
pub use remove_rate::{RemoveRateError, remove_rate};
pub use replace_nexus::{ReplaceNexusError, replace_nexus};
pub use table::{TableError, TableRate, TaxTable};
