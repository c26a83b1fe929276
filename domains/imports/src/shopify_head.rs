//! A row of an order in Shopify's CSV, read cell by cell: what it says of the buyer, the addresses and the taxes.

use kernel::{Address, CountryCode, Currency, EmailAddress, Money, Time};
use orders::{Source, TaxShare};
use rust_decimal::Decimal;

use crate::{order_columns::Heading, read_order::Complaint, records::Record, shopify_sums::Sums, values};

/// The first row of an order, with the currency of its amounts.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) row: &'a Record,
    pub(crate) currency: Currency,
}

/// The columns of an address.
pub(crate) struct AddressColumns {
    name: Heading,
    company: Heading,
    line1: Heading,
    line2: Heading,
    street: Heading,
    city: Heading,
    zip: Heading,
    province: Heading,
    country: Heading,
    phone: Heading,
}

pub(crate) const SHIPPING: AddressColumns = AddressColumns {
    name: Heading::ShippingName,
    company: Heading::ShippingCompany,
    line1: Heading::ShippingAddress1,
    line2: Heading::ShippingAddress2,
    street: Heading::ShippingStreet,
    city: Heading::ShippingCity,
    zip: Heading::ShippingZip,
    province: Heading::ShippingProvince,
    country: Heading::ShippingCountry,
    phone: Heading::ShippingPhone,
};
pub(crate) const BILLING: AddressColumns = AddressColumns {
    name: Heading::BillingName,
    company: Heading::BillingCompany,
    line1: Heading::BillingAddress1,
    line2: Heading::BillingAddress2,
    street: Heading::BillingStreet,
    city: Heading::BillingCity,
    zip: Heading::BillingZip,
    province: Heading::BillingProvince,
    country: Heading::BillingCountry,
    phone: Heading::BillingPhone,
};

impl Head<'_> {
    pub(crate) fn text(&self, column: Heading) -> &str {
        self.row.cell(column.index()).trim()
    }

    pub(crate) fn wrong(&self, column: Heading, reason: impl Into<String>) -> Complaint {
        Complaint::new(self.row.line, column.text(), reason)
    }

    pub(crate) fn amount(&self, column: Heading) -> Result<Option<Money>, Complaint> {
        match values::amount(self.text(column), self.currency) {
            Ok(Some(amount)) if amount.rounded => Err(self.wrong(column, "has more decimals than the currency")),
            Ok(amount) => Ok(amount.map(|amount| amount.money)),
            Err(reason) => Err(self.wrong(column, reason)),
        }
    }

    pub(crate) fn time(&self, column: Heading) -> Result<Option<Time>, Complaint> {
        values::time(self.text(column)).map_err(|reason| self.wrong(column, reason))
    }

    pub(crate) fn email(&self, warnings: &mut Vec<Complaint>) -> Result<EmailAddress, Complaint> {
        let text = self.text(Heading::Email);
        if text.is_empty() {
            warnings.push(self.wrong(Heading::Email, "is empty; the order is kept without an address"));
            return Ok(EmailAddress::nobody());
        }
        EmailAddress::parse(text).map_err(|error| self.wrong(Heading::Email, format!("{text:?} {}", error.message)))
    }

    pub(crate) fn tax_shares(&self, sums: &Sums, warnings: &mut Vec<Complaint>) -> Result<Vec<TaxShare>, Complaint> {
        let mut taxes = Vec::new();
        for (name, value) in Heading::TAXES {
            let (name, amount) = (self.text(name), self.amount(value)?);
            if let Some(amount) = amount.filter(|amount| amount.is_positive()) {
                taxes.push(tax_share(name, amount));
            }
        }
        let sum = Money::sum(self.currency, taxes.iter().map(|tax| tax.amount));
        if sum.ok() == Some(sums.tax) {
            return Ok(taxes);
        }
        if !taxes.is_empty() {
            let reason = "is not the sum of the taxes by name; it is kept as one";
            warnings.push(self.wrong(Heading::Taxes, reason));
        }
        let one = sums.tax.is_positive().then(|| tax_share("Tax", sums.tax));
        Ok(one.into_iter().collect())
    }

    pub(crate) fn source(&self) -> Source {
        match self.text(Heading::Source).to_lowercase().as_str() {
            "" | "web" => Source::Web,
            "pos" => Source::Pos,
            "iphone" | "android" => Source::Mobile,
            "shopify_draft_order" => Source::Phone,
            _ => Source::Api,
        }
    }

    pub(crate) fn note(&self) -> String {
        let parts = [self.text(Heading::Notes), self.text(Heading::NoteAttributes)];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("\n")
    }

    pub(crate) fn address(&self, columns: &AddressColumns, warnings: &mut Vec<Complaint>) -> Option<Address> {
        let line1 = [self.text(columns.line1), self.text(columns.street)];
        let line1 = line1.into_iter().find(|line| !line.is_empty()).unwrap_or_default();
        let (city, country) = (self.text(columns.city), self.text(columns.country));
        if line1.is_empty() && city.is_empty() && country.is_empty() {
            return None;
        }
        let Ok(country) = CountryCode::parse(country) else {
            let reason =
                format!("{country:?} is not the two-letter code of a country; the order is kept without the address");
            warnings.push(self.wrong(columns.country, reason));
            return None;
        };
        let name = self.text(columns.name);
        let (first_name, last_name) = name.rsplit_once(' ').unwrap_or(("", name));
        Some(Address {
            first_name: first_name.trim().to_owned(),
            last_name: last_name.to_owned(),
            company: self.text(columns.company).to_owned(),
            line1: line1.to_owned(),
            line2: self.text(columns.line2).to_owned(),
            city: city.to_owned(),
            state: self.text(columns.province).to_owned(),
            // Spreadsheets are kept from dropping zeros by an apostrophe.
            postal_code: self.text(columns.zip).trim_start_matches('\'').to_owned(),
            country,
            phone: self.text(columns.phone).trim_start_matches('\'').to_owned(),
        })
    }
}

/// A tax by a name such as `CA State Tax 7.25%`, whose rate is the number before the sign.
fn tax_share(name: &str, amount: Money) -> TaxShare {
    let percent = name.strip_suffix('%').and_then(|rest| rest.rsplit([' ', '(']).next());
    let rate = percent.and_then(values::decimal);
    let rate = rate.and_then(|percent| percent.checked_div(Decimal::ONE_HUNDRED));
    TaxShare {
        name: name.to_owned(),
        rate: rate.unwrap_or_default(),
        jurisdiction: String::new(),
        amount,
    }
}
