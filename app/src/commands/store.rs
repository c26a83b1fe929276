//! `souk store`: makes a store.

use std::process::ExitCode;

use anyhow::Context as _;
use database::stores;
use kernel::{CountryCode, Currency, EmailAddress, Locale, Slug, TaxRounding, TimeZone};

use super::say;
use crate::{cli::NewStore, program::Opened};

pub(crate) async fn run(opened: &Opened, wanted: NewStore) -> anyhow::Result<ExitCode> {
    let new = stores::NewStore {
        slug: Slug::parse(&wanted.slug)?.into_string(),
        name: wanted.name,
        currency: Currency::parse(&wanted.currency)?,
        locale: wanted.locale.parse::<Locale>().context("--locale")?,
        prices_include_tax: wanted.prices_include_tax,
        tax_rounding: TaxRounding::Line,
        country: CountryCode::parse(&wanted.country)?,
        email: EmailAddress::parse(&wanted.email)?,
        time_zone: TimeZone::parse(&wanted.time_zone)?,
    };
    let known = opened.database.find_store(&new.slug).await?.is_some();
    let hosts: Vec<&str> = wanted.host.iter().map(String::as_str).collect();
    let store = opened.database.ensure_store(&new, &hosts).await?;
    let done = if known {
        "was there already; its host names now lead to it"
    } else {
        "is made"
    };
    say(&format!("The store {} {done}: {}", store.slug, hosts.join(", ")));
    Ok(ExitCode::SUCCESS)
}
