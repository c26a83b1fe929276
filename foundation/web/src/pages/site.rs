//! `site`: what every page knows besides its own view.

use kernel::{Locale, Store, TimeZone};
use serde::Serialize;

use crate::{RequestFacts, Session};

/// The one name that pages find besides the fields of their view.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Site {
    store: SiteStore,
    /// `en`, for `lang="…"`.
    locale: &'static str,
    locales: Vec<SiteLocale>,
    /// The path of the request, without the query.
    path: String,
    /// Path and query, to come back to.
    here: String,
    signed_in: bool,
    /// Whether the account buys here.
    customer: bool,
    email: Option<String>,
    /// Whether a link to the back office is of use.
    staff: bool,
    staff_name: Option<String>,
    permissions: Vec<&'static str>,
    /// Keys of the messages the request before left.
    flashes: Vec<String>,
    request_id: String,
    /// What dates and times are shown in.
    #[serde(skip)]
    zone: TimeZone,
}

#[derive(Debug, Clone, Serialize)]
struct SiteStore {
    name: String,
    slug: String,
    currency: &'static str,
    country: String,
    email: String,
    prices_include_tax: bool,
    /// What moments are typed in at the desk.
    time_zone: &'static str,
    /// Whether only staff see the shop.
    closed: bool,
}

#[derive(Debug, Clone, Serialize)]
struct SiteLocale {
    code: &'static str,
    name: &'static str,
    current: bool,
    /// This page in that language.
    url: String,
}

impl Site {
    pub(crate) fn new(facts: &RequestFacts, store: Option<&Store>, session: Option<&Session>) -> Self {
        let locale = facts.locale(store);
        let staff = session.and_then(|session| session.staff.as_ref());
        let here = if facts.query.is_empty() {
            facts.path.clone()
        } else {
            format!("{}?{}", facts.path, facts.query)
        };
        Self {
            store: SiteStore::new(store),
            locale: locale.code(),
            locales: store
                .map_or(Locale::ALL.to_vec(), |store| store.locales.clone())
                .into_iter()
                .map(|other| SiteLocale::new(other, locale, facts))
                .collect(),
            path: facts.path.clone(),
            here,
            signed_in: session.is_some(),
            customer: session.is_some_and(|session| session.customer.is_some()),
            email: session.map(|session| session.email.as_str().to_owned()),
            staff: staff.is_some(),
            staff_name: staff.map(|staff| staff.name.clone()),
            permissions: staff
                .map(|staff| staff.permissions.iter().map(|one| one.as_str()).collect())
                .unwrap_or_default(),
            flashes: facts.take_flashes().to_vec(),
            request_id: facts.id.to_string(),
            zone: store.map_or(TimeZone::UTC, |store| store.time_zone),
        }
    }

    /// The same with another id of the request.
    pub(crate) fn of_request(mut self, id: &str) -> Self {
        id.clone_into(&mut self.request_id);
        self
    }

    /// The same for a page in another language than the visitor's.
    pub(crate) fn in_language(mut self, locale: Locale) -> Self {
        self.locale = locale.code();
        self
    }

    pub(crate) fn time_zone(&self) -> TimeZone {
        self.zone
    }

    pub(crate) fn locale(&self) -> Locale {
        self.locale.parse().unwrap_or(Locale::EN)
    }
}

impl SiteStore {
    fn new(store: Option<&Store>) -> Self {
        match store {
            Some(store) => Self {
                name: store.name.clone(),
                slug: store.slug.clone(),
                currency: store.currency.code(),
                country: store.country.as_str().to_owned(),
                email: store.email.as_str().to_owned(),
                prices_include_tax: store.prices_include_tax,
                time_zone: store.time_zone.name(),
                closed: store.maintenance,
            },
            None => Self {
                name: "Souk".to_owned(),
                slug: String::new(),
                currency: "",
                country: String::new(),
                email: String::new(),
                prices_include_tax: false,
                time_zone: TimeZone::UTC.name(),
                closed: false,
            },
        }
    }
}

impl SiteLocale {
    fn new(locale: Locale, current: Locale, facts: &RequestFacts) -> Self {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let others = url::form_urlencoded::parse(facts.query.as_bytes()).filter(|(name, _)| name != "lang");
        query.extend_pairs(others).append_pair("lang", locale.code());
        let url = format!("{}?{}", facts.path, query.finish());
        Self {
            code: locale.code(),
            name: locale.name(),
            current: locale == current,
            url,
        }
    }
}
