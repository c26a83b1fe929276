//! `souk store`: makes a store.

use std::process::ExitCode;

use anyhow::Context as _;
use database::stores;
use kernel::{CountryCode, Currency, EmailAddress, Locale, Slug, Store, TaxRounding, TimeZone};

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
        country: CountryCode::parse_assigned(&wanted.country)?,
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
    for kept in kept(&store, &new) {
        say(&format!("It keeps its {kept}; the desk and the API change that."));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a store that was there has otherwise than it was asked for.
fn kept(store: &Store, new: &stores::NewStore) -> Vec<String> {
    let included = |included| {
        if included {
            "tax in its prices"
        } else {
            "prices without tax"
        }
    };
    let facts = [
        ("name", store.name.clone(), new.name.trim().to_owned()),
        (
            "currency",
            store.currency.code().to_owned(),
            new.currency.code().to_owned(),
        ),
        ("language", store.locale.code().to_owned(), new.locale.code().to_owned()),
        ("country", store.country.to_string(), new.country.to_string()),
        (
            "time zone",
            store.time_zone.name().to_owned(),
            new.time_zone.name().to_owned(),
        ),
        ("e-mail address", store.email.to_string(), new.email.to_string()),
        (
            "way with tax,",
            included(store.prices_include_tax).to_owned(),
            included(new.prices_include_tax).to_owned(),
        ),
    ];
    let others = facts.into_iter().filter(|(_, has, wanted)| has != wanted);
    others.map(|(fact, has, _)| format!("{fact} {has}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_told() {
        let store = Store::sample();
        let new = |name: &str, currency| stores::NewStore {
            slug: store.slug.clone(),
            name: name.to_owned(),
            currency,
            locale: store.locale,
            prices_include_tax: store.prices_include_tax,
            tax_rounding: store.tax_rounding,
            country: store.country,
            email: store.email.clone(),
            time_zone: store.time_zone,
        };
        assert_eq!(kept(&store, &new(&store.name, store.currency)), Vec::<String>::new());
        let told = kept(&store, &new("Another", Currency::IDR));
        assert_eq!(
            told,
            [
                format!("name {}", store.name),
                format!("currency {}", store.currency.code())
            ]
        );
    }
}
