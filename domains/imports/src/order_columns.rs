//! The columns of Shopify's CSV of orders, as it publishes them.

use crate::records::Column;

macro_rules! order_columns {
    ($($column:ident = $key:literal, $heading:literal, $required:literal;)*) => {
        /// A column.
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum Heading { $($column,)* }

        /// All of them, in order.
        pub(crate) const COLUMNS: &[Column] = &[$(Column { names: &[$key], required: $required },)*];
        const HEADINGS: &[&str] = &[$($heading,)*];
    };
}

order_columns! {
    Name = "name", "Name", "Name";
    Email = "email", "Email", "";
    FinancialStatus = "financial status", "Financial Status", "";
    PaidAt = "paid at", "Paid at", "";
    FulfillmentStatus = "fulfillment status", "Fulfillment Status", "";
    FulfilledAt = "fulfilled at", "Fulfilled at", "";
    Currency = "currency", "Currency", "";
    Subtotal = "subtotal", "Subtotal", "";
    Shipping = "shipping", "Shipping", "";
    Taxes = "taxes", "Taxes", "";
    Total = "total", "Total", "Total";
    DiscountCode = "discount code", "Discount Code", "";
    DiscountAmount = "discount amount", "Discount Amount", "";
    ShippingMethod = "shipping method", "Shipping Method", "";
    CreatedAt = "created at", "Created at", "Created at";
    LineQuantity = "lineitem quantity", "Lineitem quantity", "Lineitem quantity";
    LineName = "lineitem name", "Lineitem name", "Lineitem name";
    LinePrice = "lineitem price", "Lineitem price", "Lineitem price";
    LineSku = "lineitem sku", "Lineitem sku", "";
    LineRequiresShipping = "lineitem requires shipping", "Lineitem requires shipping", "";
    LineFulfillmentStatus = "lineitem fulfillment status", "Lineitem fulfillment status", "";
    LineDiscount = "lineitem discount", "Lineitem discount", "";
    BillingName = "billing name", "Billing Name", "";
    BillingStreet = "billing street", "Billing Street", "";
    BillingAddress1 = "billing address1", "Billing Address1", "";
    BillingAddress2 = "billing address2", "Billing Address2", "";
    BillingCompany = "billing company", "Billing Company", "";
    BillingCity = "billing city", "Billing City", "";
    BillingZip = "billing zip", "Billing Zip", "";
    BillingProvince = "billing province", "Billing Province", "";
    BillingCountry = "billing country", "Billing Country", "";
    BillingPhone = "billing phone", "Billing Phone", "";
    ShippingName = "shipping name", "Shipping Name", "";
    ShippingStreet = "shipping street", "Shipping Street", "";
    ShippingAddress1 = "shipping address1", "Shipping Address1", "";
    ShippingAddress2 = "shipping address2", "Shipping Address2", "";
    ShippingCompany = "shipping company", "Shipping Company", "";
    ShippingCity = "shipping city", "Shipping City", "";
    ShippingZip = "shipping zip", "Shipping Zip", "";
    ShippingProvince = "shipping province", "Shipping Province", "";
    ShippingCountry = "shipping country", "Shipping Country", "";
    ShippingPhone = "shipping phone", "Shipping Phone", "";
    Notes = "notes", "Notes", "";
    NoteAttributes = "note attributes", "Note Attributes", "";
    CancelledAt = "cancelled at", "Cancelled at", "";
    PaymentReference = "payment reference", "Payment Reference", "";
    RefundedAmount = "refunded amount", "Refunded Amount", "";
    OutstandingBalance = "outstanding balance", "Outstanding Balance", "";
    Tags = "tags", "Tags", "";
    Source = "source", "Source", "";
    Duties = "duties", "Duties", "";
    Tax1Name = "tax 1 name", "Tax 1 Name", "";
    Tax1Value = "tax 1 value", "Tax 1 Value", "";
    Tax2Name = "tax 2 name", "Tax 2 Name", "";
    Tax2Value = "tax 2 value", "Tax 2 Value", "";
    Tax3Name = "tax 3 name", "Tax 3 Name", "";
    Tax3Value = "tax 3 value", "Tax 3 Value", "";
    Tax4Name = "tax 4 name", "Tax 4 Name", "";
    Tax4Value = "tax 4 value", "Tax 4 Value", "";
    Tax5Name = "tax 5 name", "Tax 5 Name", "";
    Tax5Value = "tax 5 value", "Tax 5 Value", "";
}

impl Heading {
    /// The taxes by name.
    pub(crate) const TAXES: [(Self, Self); 5] = [
        (Self::Tax1Name, Self::Tax1Value),
        (Self::Tax2Name, Self::Tax2Value),
        (Self::Tax3Name, Self::Tax3Value),
        (Self::Tax4Name, Self::Tax4Value),
        (Self::Tax5Name, Self::Tax5Value),
    ];

    /// Its place in a record.
    #[expect(clippy::as_conversions, reason = "the number of a variant without fields")]
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// How Shopify writes it.
    pub(crate) fn text(self) -> &'static str {
        HEADINGS.get(self.index()).copied().unwrap_or_default()
    }
}
