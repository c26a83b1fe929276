//! A price list as it is typed.

use catalog::PriceListTerms;
use kernel::{CountryCode, CustomerGroupId, FieldError, Invalid, TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    coupons::{percent_text, percentage},
    forms::{moment_text, read_kept_moment, read_number, read_words, tick},
};

/// The fields of a price list.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct PriceListForm {
    pub(crate) name: String,
    pub(crate) price_list_active: String,
    pub(crate) list_priority: String,
    pub(crate) starts_at: String,
    pub(crate) ends_at: String,
    /// Per cent, such as `10`.
    pub(crate) percent_off: String,
    /// Codes, with commas between them.
    pub(crate) countries: String,
    /// Ids, which differences are not told by: [`super::pages`] tells names.
    #[serde(skip_serializing)]
    pub(crate) group: Vec<String>,
    pub(crate) version: String,
}

impl PriceListForm {
    /// A form for a new list.
    pub(crate) fn empty() -> Self {
        Self {
            price_list_active: tick(true),
            list_priority: "0".to_owned(),
            ..Self::default()
        }
    }

    /// The form of a saved list.
    pub(crate) fn of(terms: &PriceListTerms, version: i64, zone: TimeZone) -> Self {
        let codes: Vec<&str> = terms.countries.iter().map(CountryCode::as_str).collect();
        Self {
            name: terms.name.clone(),
            price_list_active: tick(terms.active),
            list_priority: terms.priority.to_string(),
            starts_at: moment_text(terms.starts_at, zone),
            ends_at: moment_text(terms.ends_at, zone),
            percent_off: terms.percent_off.map(percent_text).unwrap_or_default(),
            countries: codes.join(", "),
            group: terms.groups.iter().map(ToString::to_string).collect(),
            version: version.to_string(),
        }
    }

    /// The terms, `saved` being those of a list that is changed.
    pub(crate) fn terms(&self, saved: Option<&PriceListTerms>, zone: TimeZone) -> Result<PriceListTerms, Invalid> {
        let mut invalid = Invalid::default();
        let (kept_start, kept_end) = saved.map_or((None, None), |terms| (terms.starts_at, terms.ends_at));
        let percent_off = match self.percent_off.trim() {
            "" => None,
            typed => invalid.check("percent_off", percentage(typed)),
        };
        let groups = self.group.iter().map(|id| id.parse::<CustomerGroupId>());
        let groups = groups.collect::<Result<_, _>>();
        let groups = groups.map_err(|error| FieldError::new("groups", "invalid_id", error.to_string()));
        let countries = read_words(&self.countries);
        let countries = countries.iter().map(|code| CountryCode::parse_assigned(code));
        let priority = read_number(&mut invalid, "priority", &self.list_priority).unwrap_or_default();
        let terms = PriceListTerms {
            name: self.name.clone(),
            active: !self.price_list_active.is_empty(),
            priority: i32::try_from(priority).unwrap_or(i32::MAX),
            starts_at: read_kept_moment(&mut invalid, "starts_at", &self.starts_at, kept_start, zone),
            ends_at: read_kept_moment(&mut invalid, "ends_at", &self.ends_at, kept_end, zone),
            percent_off,
            groups: invalid.check("groups", groups).unwrap_or_default(),
            countries: invalid.check("countries", countries.collect()).unwrap_or_default(),
        };
        invalid.into_result()?;
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_comes_back() {
        let form = PriceListForm {
            name: "Trade".to_owned(),
            percent_off: "12,5 %".to_owned(),
            countries: "de, AT".to_owned(),
            starts_at: "2026-11-21T08:30".to_owned(),
            ..PriceListForm::empty()
        };
        let terms = form.terms(None, TimeZone::UTC).unwrap();
        let again = PriceListForm::of(&terms, 3, TimeZone::UTC);
        assert_eq!(
            (again.percent_off.as_str(), again.countries.as_str()),
            ("12.5", "DE, AT")
        );
        assert_eq!(
            (again.starts_at, again.version),
            (form.starts_at.clone(), "3".to_owned())
        );
        let wrong = PriceListForm {
            percent_off: "half".to_owned(),
            countries: "DE, Mars".to_owned(),
            list_priority: "high".to_owned(),
            ..form
        };
        let fields = wrong.terms(None, TimeZone::UTC).unwrap_err().0;
        let fields: Vec<&str> = fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["percent_off", "priority", "countries"]);
    }
}
