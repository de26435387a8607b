//! The five portals of a small invented country: who runs each, what for, and what it asks to know.

use super::lang::Lang;

/// Which of the five portals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The national public service portal.
    National,
    /// The Ministry of Transport.
    Ministry,
    /// A province.
    Province,
    /// A commune of that province.
    Commune,
    /// A private hospital.
    Hospital,
}

/// What entitles a portal's service to the data that it receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The law gives the agency these data; the person is told and not asked.
    PublicTask,
    /// The person is asked, once.
    Consent,
}

impl Kind {
    /// All five, from the centre of the state to its edge.
    pub const fn all() -> [Self; 5] {
        [Self::National, Self::Ministry, Self::Province, Self::Commune, Self::Hospital]
    }

    /// The name in cookies and style sheets, and the client identifier at the provider.
    pub const fn key(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Ministry => "ministry",
            Self::Province => "province",
            Self::Commune => "commune",
            Self::Hospital => "hospital",
        }
    }

    /// The service that the portal offers.
    pub const fn service(self, lang: Lang) -> &'static str {
        match self {
            Self::National => lang.pick("Cổng dịch vụ công quốc gia", "National Public Service Portal"),
            Self::Ministry => lang.pick("Giấy phép lái xe trực tuyến", "Driving Licences Online"),
            Self::Province => lang.pick("Đặt lịch hẹn tỉnh Sông Lam", "Sông Lam Province Appointments"),
            Self::Commune => lang.pick("Giấy tờ cư trú xã Đồng Nội", "Đồng Nội Residence Papers"),
            Self::Hospital => lang.pick("Đặt lịch khám Tâm An", "Tâm An Appointments"),
        }
    }

    /// Who runs it.
    pub const fn agency(self, lang: Lang) -> &'static str {
        match self {
            Self::National => lang.pick("Văn phòng Chính phủ", "Office of the Government"),
            Self::Ministry => lang.pick("Bộ Giao thông", "Ministry of Transport"),
            Self::Province => lang.pick("Ủy ban nhân dân tỉnh Sông Lam", "People's Committee of Sông Lam Province"),
            Self::Commune => lang.pick("Ủy ban nhân dân xã Đồng Nội", "People's Committee of Đồng Nội Commune"),
            Self::Hospital => lang.pick("Bệnh viện tư Tâm An", "Tâm An Private Hospital"),
        }
    }

    /// What the data are for.
    pub const fn purpose(self, lang: Lang) -> &'static str {
        match self {
            Self::National => lang.pick(
                "Nộp và theo dõi hồ sơ của bạn với mọi cơ quan nhà nước.",
                "File your applications with every public agency and follow them.",
            ),
            Self::Ministry => lang.pick(
                "Tra cứu, đổi và cấp lại giấy phép lái xe của bạn.",
                "Look up, exchange and replace your driving licence.",
            ),
            Self::Province => lang.pick(
                "Đặt lịch hẹn tại tỉnh và báo cho bạn qua điện thoại khi lịch thay đổi.",
                "Book an appointment with the province and be called when it changes.",
            ),
            Self::Commune => lang
                .pick("Cấp giấy xác nhận cư trú theo địa chỉ của bạn.", "Issue proof of residence for your address."),
            Self::Hospital => lang.pick(
                "Đặt lịch khám, gọi lại cho bạn và gửi kết quả về nhà.",
                "Book a visit, call you back and send results to your home.",
            ),
        }
    }

    /// The claims that it asks for (OpenID Connect Core §5.5): what [`Self::receives`] says, and nothing else.
    pub const fn claims(self) -> &'static [&'static str] {
        match self {
            Self::National => &["name", "birthdate", "email"],
            Self::Ministry => &["name", "birthdate"],
            Self::Province => &["name", "birthdate", "phone_number"],
            Self::Commune => &["name", "birthdate", "address"],
            Self::Hospital => &["name", "birthdate", "phone_number", "address"],
        }
    }

    /// The scope values among whose claims those are (OpenID Connect Core §5.4): what the portal is registered for.
    pub const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::National => &["openid", "profile", "email"],
            Self::Ministry => &["openid", "profile"],
            Self::Province => &["openid", "profile", "phone"],
            Self::Commune => &["openid", "profile", "address"],
            Self::Hospital => &["openid", "profile", "phone", "address"],
        }
    }

    /// The sector of its agency: no two share one, so each portal knows a person by a `sub` of its own.
    pub const fn sector(self) -> &'static str {
        match self {
            Self::National => "government",
            Self::Ministry => "transport",
            Self::Province => "song-lam",
            Self::Commune => "dong-noi",
            Self::Hospital => "tam-an",
        }
    }

    /// On what it rests that the service receives these data.
    pub const fn basis(self) -> Basis {
        match self {
            Self::National | Self::Ministry | Self::Province | Self::Commune => Basis::PublicTask,
            Self::Hospital => Basis::Consent,
        }
    }

    /// How sure it wants to be of who comes, as a class of the provider's (`acr`): health is private.
    pub const fn min_acr(self) -> Option<&'static str> {
        match self {
            Self::National | Self::Ministry | Self::Province | Self::Commune => None,
            Self::Hospital => Some("urn:motcua:acr:2"),
        }
    }

    /// The name that the site would have if the country existed.
    pub const fn host(self) -> &'static str {
        match self {
            Self::National => "dichvucong.example",
            Self::Ministry => "giaothong.example",
            Self::Province => "songlam.example",
            Self::Commune => "dongnoi.songlam.example",
            Self::Hospital => "taman.example",
        }
    }

    /// What the claims come to, in words.
    pub const fn receives(self, lang: Lang) -> &'static str {
        match self {
            Self::National => lang.pick("họ tên, ngày sinh và email", "your name, date of birth and e-mail address"),
            Self::Ministry => lang.pick("họ tên và ngày sinh", "your name and date of birth"),
            Self::Province => {
                lang.pick("họ tên, ngày sinh và số điện thoại", "your name, date of birth and phone number")
            }
            Self::Commune => lang.pick("họ tên, ngày sinh và địa chỉ", "your name, date of birth and address"),
            Self::Hospital => lang.pick(
                "họ tên, ngày sinh, số điện thoại và địa chỉ",
                "your name, date of birth, phone number and address",
            ),
        }
    }

    /// Three things that one can do there.
    pub const fn offers(self, lang: Lang) -> [(&'static str, &'static str); 3] {
        match lang {
            Lang::Vi => self.offers_vi(),
            Lang::En => self.offers_en(),
        }
    }

    const fn offers_vi(self) -> [(&'static str, &'static str); 3] {
        match self {
            Self::National => [
                ("Nộp hồ sơ", "Khai sinh, kết hôn, thuế, bảo hiểm: một nơi cho mọi thủ tục."),
                ("Theo dõi", "Hồ sơ đang ở cơ quan nào và khi nào có kết quả."),
                ("Kho giấy tờ", "Giấy tờ đã được cấp, luôn sẵn để dùng lại."),
            ],
            Self::Ministry => [
                ("Tra cứu giấy phép", "Hạng, ngày cấp và ngày hết hạn."),
                ("Đổi giấy phép", "Trước khi hết hạn, không cần tới quầy."),
                ("Cấp lại", "Khi giấy phép bị mất hoặc hỏng."),
            ],
            Self::Province => [
                ("Chọn ngày giờ", "Các quầy của tỉnh, từ thứ Hai tới thứ Bảy."),
                ("Nhắc hẹn", "Tỉnh gọi cho bạn khi lịch thay đổi."),
                ("Gần nhà", "Chọn điểm tiếp dân gần bạn nhất bên sông Lam."),
            ],
            Self::Commune => [
                ("Xác nhận cư trú", "Nhận trong ngày, có chữ ký số của xã."),
                ("Họp thôn", "Nhà văn hóa, 19 giờ thứ Sáu tuần này."),
                ("Tiêm phòng", "Trạm y tế xã, sáng thứ Bảy."),
            ],
            Self::Hospital => [
                ("Đặt lịch khám", "Chọn bác sĩ và giờ khám phù hợp."),
                ("Gọi lại", "Điều dưỡng gọi cho bạn trước ngày khám."),
                ("Kết quả tại nhà", "Kết quả được gửi tới địa chỉ của bạn."),
            ],
        }
    }

    const fn offers_en(self) -> [(&'static str, &'static str); 3] {
        match self {
            Self::National => [
                ("Apply", "Births, marriages, taxes, insurance: one place for every procedure."),
                ("Follow", "Which agency has your file, and when it will be done."),
                ("Your papers", "What has been issued to you, ready to be used again."),
            ],
            Self::Ministry => [
                ("Look up a licence", "Its class, date of issue and date of expiry."),
                ("Exchange a licence", "Before it expires, without going to a counter."),
                ("Replace a licence", "When it is lost or damaged."),
            ],
            Self::Province => [
                ("Choose a time", "The province's counters, Monday to Saturday."),
                ("Be reminded", "The province calls you when something changes."),
                ("Close to home", "Pick the nearest office along the Lam river."),
            ],
            Self::Commune => [
                ("Proof of residence", "On the same day, signed by the commune."),
                ("Village meeting", "House of culture, this Friday at 7 p.m."),
                ("Vaccination", "Commune health station, Saturday morning."),
            ],
            Self::Hospital => [
                ("Book a visit", "Choose a doctor and a time that suits you."),
                ("A call back", "A nurse calls you before the day."),
                ("Results at home", "Results are sent to your address."),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_portals_share_a_key_a_host_or_a_sector() {
        for name in [Kind::key, Kind::host, Kind::sector] {
            assert_eq!(Kind::all().into_iter().map(name).collect::<HashSet<_>>().len(), 5);
        }
    }

    #[test]
    fn only_the_hospital_rests_on_consent() {
        let asked: Vec<_> = Kind::all().into_iter().filter(|kind| kind.basis() == Basis::Consent).collect();
        assert_eq!(asked, [Kind::Hospital]);
    }
}
