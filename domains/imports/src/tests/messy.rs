//! Exports as merchants really have them.

use catalog::Dimensions;
use kernel::{Currency, Money};

use super::{Outcome, read};
use crate::{Format, ImportedStatus};

fn shopify(text: &str) -> Outcome {
    read(text, Format::Shopify).unwrap()
}

fn usd(minor: i64) -> Option<Money> {
    Some(Money::new(minor, Currency::USD))
}

#[test]
fn the_current_shopify_format_in_any_order_of_columns() {
    let outcome = shopify(
        "\u{feff}SKU,Title,URL handle,Price,Option1 name,Option1 value,Option2 name,Option2 value,Option3 name,Option3 value,\
         Weight value (grams),Weight unit for display,Status,Published on online store,Product image URL,Image position,\
         Image alt text,Product category,Tags,Inventory tracker,Inventory quantity,Continue selling when out of stock,\
         Description,Color (product.metafields.shopify.color-pattern),Price / International\r\n\
         A-1,<b>Tee &amp; Co</b>,tee,\"1,299.00\",Size,S,Color,Red,Fit,Slim,200,lb,Active,TRUE,https://x.y/2.jpg,2,Two,\
         Apparel > Shirts,\"new, sale\",shopify,5,DENY,\"<p>Line\r\nbreak</p><script>x</script>\",red; blue,9.99\r\n\
         A-2,,tee,,Size,M,Color,Red,Fit,Slim,,,,,https://x.y/1.jpg,1,One,,,shopify,3,CONTINUE,,,\r\n",
    );
    let tee = outcome.product("tee");
    assert_eq!(
        (tee.title.as_str(), tee.status, tee.published),
        ("Tee & Co", ImportedStatus::Active, true)
    );
    assert_eq!(tee.description_html, "<p>Line\r\nbreak</p>".replace("\r\n", "\n"));
    assert_eq!(tee.option_names, ["Size", "Color", "Fit"]);
    let [small, medium] = tee.variants.as_slice() else {
        panic!("{:?}", tee.variants)
    };
    assert_eq!(
        (small.price, small.weight_grams, small.quantity, small.backorder),
        (usd(129_900), 200, Some(5), false)
    );
    assert_eq!(
        (medium.price, medium.quantity, medium.backorder, medium.tracked),
        (None, Some(3), true, true)
    );
    let pictures: Vec<_> = tee
        .images
        .iter()
        .map(|image| (image.alt.as_str(), image.position))
        .collect();
    assert_eq!(pictures, [("One", 1), ("Two", 2)]);
    assert_eq!(tee.category_paths, [["Apparel", "Shirts"]]);
    assert_eq!(tee.tags, ["new", "sale"]);
    assert_eq!(tee.attributes["shopify.color-pattern"], "red; blue");
    assert_eq!(tee.attributes["price_international"], "9.99");
    assert_eq!(
        outcome.report(),
        ["4 Price warning: there is no price; the variant cannot be bought until it has one"]
    );
}

#[test]
fn a_zero_byte_costs_its_row_and_no_other() {
    let outcome = shopify("Handle,Title,Variant Price\na,A,1\nb,B\0,2\nc,C,3\n");
    let handles: Vec<_> = outcome.products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(handles, ["a", "c"]);
    assert_eq!(
        outcome.report(),
        ["3 Title error: the cell holds a zero byte; the row is skipped"]
    );
    let outcome = read("{\"title\":\"A\",\"price\":1}\n{\"title\":\"B\0\"}\n", Format::Jsonl).unwrap();
    assert_eq!(outcome.products.len(), 1);
    assert_eq!(
        outcome.report(),
        ["2 - error: the line holds a zero byte; it is skipped"]
    );
}

#[test]
fn numbers_that_cannot_be_are_told_by_field() {
    let line = |fields: &str| format!("{{\"title\":\"A\",\"handle\":\"h{}\",{fields}}}\n", fields.len());
    for (fields, told, imported) in [
        ("\"price\":1e9", "1 price error: \"1e9\" is not an amount in USD", 0),
        ("\"price\":-0", "1 price error: \"-0.0\" is below zero", 0),
        ("\"price\":99999999999999999999", "1 price error: ", 0),
        (
            "\"price\":{\"amount\":19.99}",
            "1 price error: the amount is not a whole number",
            0,
        ),
        (
            "\"price\":{\"amount\":9223372036854775808}",
            "1 price error: the amount is not a whole number",
            0,
        ),
        ("\"price\":19.999", "1 price warning: \"19.999\" is rounded to", 1),
        (
            "\"price\":1,\"quantity\":19.999",
            "1 quantity warning: \"19.999\" is not a whole number",
            1,
        ),
        (
            "\"price\":1,\"quantity\":1e9",
            "1 quantity warning: \"1000000000.0\" is not a number of pieces",
            1,
        ),
        (
            "\"price\":1,\"quantity\":-3",
            "1 quantity warning: \"-3\" is below zero; it is taken as 0",
            1,
        ),
    ] {
        let outcome = read(line(fields), Format::Jsonl).unwrap();
        let report = outcome.report();
        assert!(report[0].starts_with(told), "{report:?}");
        assert_eq!(outcome.products.len(), imported, "{fields}");
    }
    // What is counted and cannot be read is not sold without limit.
    let unread = read(line("\"price\":1,\"quantity\":19.999"), Format::Jsonl).unwrap();
    let variant = &unread.products[0].variants[0];
    assert_eq!((variant.tracked, variant.quantity), (true, None));
}

#[test]
fn codes_that_cannot_be_are_left_out_by_name() {
    let outcome = read(
        r#"{"title":"A","price":1,"barcode":"4006381333932","hs_code":"6205","tax_code":"books & maps"}"#,
        Format::Jsonl,
    )
    .unwrap();
    let variant = &outcome.products[0].variants[0];
    assert_eq!((variant.barcode.as_deref(), variant.hs_code.as_str()), (None, ""));
    assert_eq!(
        outcome.report(),
        [
            "1 barcode warning: \"4006381333932\" is no GTIN, EAN or UPC: the last digit of such a number would be 1; \
             the value is left out",
            "1 tax_code warning: \"books & maps\" is not a tax code: it is kept as an attribute, and the tax is the \
             standard one",
            "1 hs_code warning: \"6205\" must be 6 to 10 digits such as 6205.20; the value is left out",
        ]
    );
}

#[test]
fn one_bad_row_never_stops_the_rest() {
    let outcome = shopify(
        "Handle,Title,Variant Price,Variant SKU,Option1 Name,Option1 Value,Status\n\
         good,Good,5,G,,,\n\
         bad-price,Bad,abc,,,,\n\
         short,Short\n\
         long,Long,1,,,,,surplus\n\
         ,,,,,,\n\
         ,No handle,7,N,,,draft\n\
         ,,8,,,,\n\
         no-title,,9,,,,\n\
         mixed,Mixed,1,G,Size,S,shipped\n\
         mixed,,x,,,M,\n\
         mixed,,3,,,L,\n\
         last,Last,-1,,,,\n",
    );
    let handles: Vec<_> = outcome.products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(handles, ["good", "no-handle", "mixed"]);
    assert_eq!(outcome.product("mixed").variants.len(), 2);
    assert_eq!(outcome.product("no-handle").status, ImportedStatus::Draft);
    assert_eq!(
        outcome.report(),
        [
            "3 Variant Price error: \"abc\" is not an amount in USD such as 1,299.00; the row is skipped",
            "4 - error: the row has 2 cells, the header has 7 columns; the row is skipped",
            "5 - error: the row has 8 cells, the header has 7 columns; the row is skipped",
            "8 Handle error: the row has neither a handle nor a title; it is skipped",
            "9 Title error: the product has no title; it is skipped",
            "10 Status warning: \"shipped\" is not active, draft or archived; the product is a draft",
            "11 Variant Price error: \"x\" is not an amount in USD such as 1,299.00; the row is skipped",
            "10 Variant SKU warning: the SKU G is already used on line 2; this variant is kept without one",
            "13 Variant Price error: \"-1\" is below zero; the row is skipped",
        ]
    );
}

#[test]
fn handles_that_would_have_the_same_address_are_different_products() {
    let outcome = shopify(
        "Handle,Title,Variant Price,Option1 Name,Option1 Value\n\
         a/b,Slash,1,Size,S\n\
         a/b,,2,Size,M\n\
         a?b,Question,3,,\n\
         c.d,Dot,4,,\n\
         c-d,Hyphen,5,,\n\
         A/B,,6,Size,L\n",
    );
    let told = |handle: &str| {
        (
            outcome.product(handle).title.clone(),
            outcome.product(handle).variants.len(),
        )
    };
    let expected = [
        ("a-b", "Slash", 3),
        ("a-b-2", "Question", 1),
        ("c-d-2", "Dot", 1),
        ("c-d", "Hyphen", 1),
    ];
    for (handle, title, variants) in expected {
        assert_eq!(told(handle), (title.to_owned(), variants), "{handle}");
    }
    assert_eq!(outcome.products.len(), expected.len());
    assert_eq!(
        outcome.report(),
        [
            "7 Handle warning: the handle is already used on line 2; its rows here are added to that product",
            "4 Handle warning: another product of the file has the address a-b; \"a?b\" becomes a-b-2",
            "5 Handle warning: another product of the file has the address c-d; \"c.d\" becomes c-d-2",
        ]
    );
}

#[test]
fn what_a_spreadsheet_left_of_a_barcode_is_told() {
    let outcome = shopify(
        "Handle,Title,Variant Price,Variant Barcode\n\
         a,A,1,1.23457E+12\n\
         b,B,1,'4006381333931\n",
    );
    let barcodes: Vec<_> = outcome
        .products
        .iter()
        .map(|product| product.variants[0].barcode.as_deref())
        .collect();
    assert_eq!(barcodes, [None, Some("4006381333931")]);
    assert_eq!(
        outcome.report(),
        [
            "2 Variant Barcode warning: \"1.23457E+12\" is what a spreadsheet shows of a longer number, whose last digits are \
             lost; the value is left out"
        ]
    );
}

#[test]
fn a_type_that_woocommerce_does_not_have_is_told() {
    let outcome = read(
        "ID,Type,Name,Regular price\n1,banana,A,1\n2,\"Simple, Virtual\",B,1\n3,,C,1\n4,\"simple, subscription\",D,1\n",
        Format::WooCommerce,
    )
    .unwrap();
    assert_eq!(outcome.products.len(), 4);
    let told = |line, kind| {
        format!(
            "{line} Type warning: \"{kind}\" is no type such as simple or variable; the product is imported as a simple one"
        )
    };
    assert_eq!(outcome.report(), [told(2, "banana"), told(5, "subscription")]);
}

#[test]
fn a_handle_that_comes_again_is_the_same_product() {
    let outcome = shopify(
        "Handle,Title,Variant Price,Option1 Name,Option1 Value,Image Src\n\
         Tee,Tee,5,Size,S,https://x.y/1.jpg\n\
         cup,Cup,3,,,\n\
         tee,Tee again,6,Size,S,https://x.y/2.jpg\n\
         tee,,7,Size,M,https://x.y/1.jpg\n\
         bag,Bag,9,,,\n\
         tee,,8,Size,L,\n",
    );
    let handles: Vec<_> = outcome.products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(handles, ["tee", "cup", "bag"]);
    let tee = outcome.product("tee");
    let prices: Vec<_> = tee
        .variants
        .iter()
        .map(|variant| (variant.option_values[0].as_str(), variant.price))
        .collect();
    assert_eq!(prices, [("S", usd(600)), ("M", usd(700)), ("L", usd(800))]);
    assert_eq!((tee.title.as_str(), tee.images.len()), ("Tee", 2));
    assert_eq!(
        outcome.report(),
        [
            "4 Handle warning: the handle is already used on line 2; its rows here are added to that product",
            "4 - warning: the row has the same options as line 2; it takes its place",
        ]
    );
}

#[test]
fn many_variants_and_many_columns() {
    let extra: String = (0..120).map(|number| format!(",Extra {number}")).collect();
    let mut text = format!("Handle,Title,Variant Price,Option1 Name,Option1 Value,Option2 Name,Option2 Value{extra}\n");
    for number in 0..75 {
        let title = if number == 0 { "Shirt" } else { "" };
        text.push_str(&format!(
            "shirt,{title},10,Size,{},Color,{}{}\n",
            number / 5,
            number % 5,
            ",x".repeat(120)
        ));
    }
    let outcome = shopify(&text);
    let shirt = outcome.product("shirt");
    assert_eq!((shirt.variants.len(), shirt.attributes.len()), (75, 120));
    assert!(outcome.problems.is_empty());
}

#[test]
fn sizes_are_read_in_the_unit_of_their_heading() {
    let outcome = read(
        "ID,Type,Name,Regular price,Length (in),Width (cm),Height (furlong)\n1,simple,Box,1,10,2.5,3\n2,simple,Bag,1,long,,\n",
        Format::WooCommerce,
    )
    .unwrap();
    let shop = outcome.product("box");
    assert_eq!(
        (shop.variants[0].dimensions, shop.attributes["height_furlong"].as_str()),
        (
            Dimensions {
                length_mm: 254,
                width_mm: 25,
                height_mm: 0
            },
            Some("3")
        )
    );
    assert_eq!(
        outcome.report(),
        ["3 Length (in) warning: \"long\" is not a length; the value is left out"]
    );
    let own = read(
        r#"{"title":"Box","price":1,"length_mm":300,"width_mm":"200","height_mm":40.4}"#,
        Format::Jsonl,
    )
    .unwrap();
    assert_eq!(
        own.product("box").variants[0].dimensions.sides(),
        [("length_mm", 300), ("width_mm", 200), ("height_mm", 40)]
    );
}

#[test]
fn woocommerce_variations_in_any_order() {
    let outcome = read(
        "ID,Type,SKU,Name,Published,Regular price,Sale price,Date sale price ends,Stock,Backorders allowed?,Weight (kg),\
         Categories,Images,Parent,Tax class,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n\
         11,variation,cap-red,Cap - Red,1,10,8,2026-12-31,4,0,,,https://x.y/red.jpg,ID:10,parent,Colour,Red,,\n\
         20,\"simple, virtual\",song,Song,-1,1,,,,,,\"Music > Pop, Sale\",,,,Format,\"MP3, FLAC\",,\n\
         10,variable,cap,Cap,1,,,,,,.5,Hats,\"https://x.y/1.jpg, https://x.y/2.jpg\",,reduced-rate,Colour,\"Red, Blue\",Material,Wool\n\
         12,variation,,Cap - Blue,1,abc,,,,,,,,cap,,Colour,Blue,,\n\
         13,variation,cap-any,Cap - any,1,12,,,,notify,1,,,CAP,,Colour,,,\n\
         14,variation,lost,Lost,1,12,,,,,,,,nowhere,,Colour,Red,,\n\
         20,simple,again,Again,1,1,,,,,,,,,,,,,\n",
        Format::WooCommerce,
    )
    .unwrap();
    let cap = outcome.product("cap");
    assert_eq!(cap.option_names, ["Colour"]);
    assert_eq!(cap.attributes["Material"], "Wool");
    let [red, any] = cap.variants.as_slice() else {
        panic!("{:?}", cap.variants)
    };
    assert_eq!(
        (red.price, red.quantity, red.weight_grams, red.tax_code.as_str()),
        (usd(1000), Some(4), 500, "reduced-rate")
    );
    let sale = red.sale.as_ref().unwrap();
    assert_eq!(Some(sale.price), usd(800));
    // Seven hours east of Greenwich.
    assert_eq!(sale.ends_at.unwrap().to_rfc3339(), "2026-12-30T17:00:00+00:00");
    assert_eq!(
        (any.option_values[0].as_str(), any.backorder, any.weight_grams),
        ("Any", true, 1000)
    );
    assert_eq!(
        cap.images.iter().map(|image| image.url.as_str()).next_back(),
        Some("https://x.y/red.jpg")
    );
    let song = outcome.product("song");
    assert_eq!(
        (song.status, song.attributes["Format"].as_str()),
        (ImportedStatus::Draft, Some("MP3, FLAC"))
    );
    assert_eq!(song.category_paths, [vec!["Music", "Pop"], vec!["Sale"]]);
    assert_eq!(
        outcome.report(),
        [
            "5 Regular price error: \"abc\" is not an amount in USD such as 1,299.00; the row is skipped",
            "7 Parent error: the variation's parent \"nowhere\" is not in the file; the variation is skipped",
            "8 ID error: the ID 20 is already used on line 3; the row is skipped",
        ]
    );
}

#[test]
fn what_plug_ins_of_woocommerce_note_for_themselves_is_left_out() {
    let outcome = read(
        "ID,Type,SKU,Name,Regular price,Meta: _wpcom_is_markdown,Meta: fabric,meta:_edit_last,_private\n\
         1,simple,cap,Cap,10,1,Wool,7,no meta\n",
        Format::WooCommerce,
    )
    .unwrap();
    let cap = outcome.product("cap");
    let names: Vec<&str> = cap.attributes.keys().map(String::as_str).collect();
    assert!(names.contains(&"fabric") && names.contains(&"private"), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with('_')), "{names:?}");
}

#[test]
fn pieces_that_woocommerce_variations_share_are_counted_once() {
    let outcome = read(
        "ID,Type,SKU,Name,Regular price,Stock,Parent,Attribute 1 name,Attribute 1 value(s)\n\
         1,variable,cap,Cap,,40,,Colour,\"Red, Blue, Green, Any\"\n\
         2,variation,cap-red,,10,3,cap,Colour,Red\n\
         3,variation,cap-blue,,10,parent,cap,Colour,Blue\n\
         4,variation,cap-green,,10,parent,cap,Colour,Green\n\
         5,variation,cap-any,,10,,cap,Colour,\n\
         6,variable,hat,Hat,,7,,Colour,Red\n\
         7,variation,hat-red,,10,parent,hat,Colour,Red\n",
        Format::WooCommerce,
    )
    .unwrap();
    let pieces = |handle| -> Vec<Option<i64>> {
        let variants = outcome.product(handle).variants.iter();
        variants.map(|variant| variant.quantity).collect()
    };
    assert_eq!(pieces("cap"), [Some(3), Some(40), Some(0), Some(0)]);
    assert_eq!(pieces("hat"), [Some(7)]);
    assert_eq!(
        outcome.report(),
        [
            "2 Stock warning: its variations share these pieces; they are counted once, with the first of them, and the others \
             have none: divide them, or let the others be sold without stock"
        ]
    );
}

#[test]
fn json_lines_of_both_shapes() {
    let outcome = read(
        r#"{"id":"x:1","title":"Cup &amp; Saucer","price":12.5,"category":"[\"Home\",\"Kitchen\"]","gtin":"96385074","attributes":{"n":1}}
{"id":"x:2","title":"Cup & Saucer","price":99,"currency":"MXN","gtin":"123"}
not json
{"id":"x:2","title":"Again","price":1}

{"handle":"shirt","title":"Shirt","status":"draft","tags":["a","b"],"options":["Size"],"images":["https://x.y/1.jpg",{"url":"https://x.y/2.jpg","alt":"Back"}],"variants":[{"sku":"S","options":["S"],"price":{"amount":1999,"currency":"USD"},"quantity":3},{"sku":"S","options":["M"],"price":"1,299.00","sale_price":1000,"image":"https://x.y/3.jpg"},{"options":[],"price":1}]}
{"id":"x:3","title":"Bad","price":"much"}
"#,
        Format::Jsonl,
    )
    .unwrap();
    let handles: Vec<_> = outcome.products.iter().map(|product| product.handle.as_str()).collect();
    assert_eq!(handles, ["cup-saucer", "cup-saucer-x-2", "shirt"]);
    let cup = outcome.product("cup-saucer");
    assert_eq!(
        (cup.variants[0].price, cup.variants[0].barcode.as_deref()),
        (usd(1250), Some("96385074"))
    );
    assert_eq!(cup.category_paths, [["Home", "Kitchen"]]);
    let shirt = outcome.product("shirt");
    assert_eq!(
        (shirt.status, shirt.images.len(), shirt.variants.len()),
        (ImportedStatus::Draft, 3, 2)
    );
    assert_eq!((shirt.variants[0].price, shirt.variants[0].tracked), (usd(1999), true));
    assert_eq!(
        (shirt.variants[1].price, shirt.variants[1].sale.is_some()),
        (usd(129_900), true)
    );
    assert_eq!(
        outcome.report(),
        [
            "2 price warning: the amount is in MXN, the store sells in USD; it is left out",
            "2 gtin warning: \"123\" is not a GTIN; it is kept as an attribute",
            "3 - error: the line is not JSON (column 2); it is skipped",
            "4 id error: \"x:2\" is already used on line 2; the line is skipped",
            "6 variants.options error: a variant has 0 options, the product has 1; the variant is skipped",
            "6 sku warning: the SKU S is already used on line 6; this variant is kept without one",
            "7 price error: \"much\" is not an amount in USD such as 1,299.00; the variant is skipped",
        ]
    );
}
