# Mọi lời mà người dân đọc. Gọi người đọc là «bạn»; nút bắt đầu bằng động từ; không dùng từ của giao thức.
# Tên các thông điệp và biến phải giống hệt en.ftl; build.rs kiểm tra điều đó.

## Khung của mọi trang
title = { $title } · { $deployment }
title-with-error = Lỗi: { $title } · { $deployment }
skip-to-main = Tới nội dung chính
languages = Ngôn ngữ
language-name = Tiếng Việt
help = Trợ giúp: { $contact }
help-if-stuck = Nếu vẫn chưa được, hãy liên hệ trợ giúp: { $contact }.
privacy = Quyền riêng tư
accessibility = Khả năng tiếp cận
home-link = Về trang chủ
signed-in-as = Bạn đang đăng nhập với tên { $name }.
wait-seconds = { $count } giây
wait-minutes = { $count } phút
wait-hours = { $count } giờ

## Ai hỏi
asks-for = để tiếp tục tới
asks-policy = Quyền riêng tư của dịch vụ
asks-policy-of = Quyền riêng tư của dịch vụ: { $service }
asks-terms = Điều khoản của dịch vụ
asks-terms-of = Điều khoản của dịch vụ: { $service }

## Đăng nhập
sign-in = Đăng nhập
sign-in-again = Đăng nhập lại
sign-in-again-why = Bạn đang đăng nhập với tên { $name }. Để bảo vệ bạn, dịch vụ này cần bạn nhập lại mật khẩu.
sign-in-username = Số định danh, email hoặc tên đăng nhập
sign-in-password = Mật khẩu
sign-in-show = Hiện mật khẩu
sign-in-hide = Ẩn mật khẩu
sign-in-refused = Chưa đăng nhập được
sign-in-refused-now = Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại.
sign-in-refused-password = Hãy nhập lại mật khẩu
sign-in-too-many = Đã có quá nhiều lần thử đăng nhập
sign-in-too-many-now = Hãy đợi { $wait } rồi thử lại.
sign-in-too-many-else = Tài khoản không bị khóa. Trong lúc đợi, bạn hãy tìm mật khẩu đã lưu trong máy hoặc trong ứng dụng quản lý mật khẩu.
sign-in-expired = Trang này đã mở quá lâu
sign-in-expired-now = Để giữ an toàn cho bạn, chúng tôi đã mở lại trang từ đầu. Không có gì bị mất: hãy nhập mật khẩu rồi đăng nhập.
sign-in-busy = Hệ thống đang bận
sign-in-busy-now = Không có gì bị mất. Hãy đợi { $wait }, nhập mật khẩu rồi đăng nhập lại.
sign-in-missing = Còn thiếu thông tin
sign-in-missing-now = Hãy điền đủ hai ô dưới đây rồi đăng nhập.
sign-in-missing-username = Hãy nhập số định danh, email hoặc tên đăng nhập
sign-in-missing-password = Hãy nhập mật khẩu

## Đặt mật khẩu
new-password-short = Hãy đặt mật khẩu có ít nhất { $least } ký tự. Một câu ngắn vừa dễ nhớ vừa khó đoán.
new-password-long = Hãy đặt mật khẩu có nhiều nhất { $most } ký tự.
new-password-unseen = Mật khẩu này có ký tự không nhìn thấy được, có thể do sao chép từ nơi khác. Bạn hãy tự gõ lại mật khẩu.
new-password-common = Nhiều người đang dùng mật khẩu này, nên kẻ gian sẽ thử nó trước tiên. Hãy chọn mật khẩu khác.
new-password-own = Mật khẩu này gần như chỉ gồm tên, số hoặc ngày sinh của bạn, những điều người khác có thể biết. Hãy chọn mật khẩu khác, hoặc thêm vài từ nữa.

## Chọn tài khoản
continue-title = Tiếp tục với tài khoản nào?
continue-as = Tiếp tục với tên { $name }
continue-another = Dùng tài khoản khác

## Chia sẻ thông tin
consent-share = Chia sẻ thông tin với dịch vụ này?
consent-offline = Cho phép dịch vụ này tiếp tục khi bạn vắng mặt?
consent-continue = Tiếp tục tới dịch vụ này?
consent-purpose = Mục đích:
consent-more = Trước đây bạn đã đồng ý chia sẻ một phần. Lần này, dịch vụ cần thêm những mục có dấu «Mới».
consent-new = Mới
consent-law = Pháp luật cho phép { $agency } nhận những thông tin cần cho nhiệm vụ này, nên chúng tôi không hỏi bạn về các thông tin đó.
consent-only-identifier = Dịch vụ này chỉ nhận một mã riêng để nhận ra bạn trong những lần sau, và không nhận thông tin nào khác của bạn.
consent-away = Khi bạn vắng mặt
consent-away-what = «{ $service }» được tiếp tục dùng những thông tin đã được phép biết, cả khi bạn không mở trang của dịch vụ.
consent-allow-share = Đồng ý và tiếp tục
consent-deny-share = Không chia sẻ
consent-allow-offline = Cho phép và tiếp tục
consent-deny-offline = Không cho phép
consent-allow-continue = Tiếp tục
consent-deny-continue = Dừng lại
consent-remembered = Chúng tôi ghi nhớ lựa chọn này và chỉ hỏi lại khi dịch vụ cần thêm.
consent-withdraw-at = Bạn có thể xem lại và rút lại sự đồng ý bất cứ lúc nào tại:
consent-if-denied = Nếu chọn «{ $deny }», bạn trở lại trang của dịch vụ mà chưa đăng nhập ở đó.
consent-no-number = Dịch vụ này không nhận được số định danh của bạn.
consent-from = Nguồn: { $records }.
consent-from-account = Lấy từ tài khoản { $deployment } của bạn, trừ nơi có ghi khác.
consent-details = Chi tiết

## Những gì đã đồng ý
consents = Những gì bạn đồng ý chia sẻ
consents-none = Bạn chưa đồng ý chia sẻ gì. Những dịch vụ được pháp luật cho phép biết thông tin của bạn không nằm ở đây.
consents-what = Nếu bạn rút lại, dịch vụ không nhận thêm gì từ { $deployment } nữa và lần sau sẽ hỏi lại bạn. Những gì đã nhận thì dịch vụ vẫn giữ: về việc đó, hãy hỏi dịch vụ.
consents-since = Từ ngày { $day }
consents-withdraw = Rút lại
consents-withdraw-from = Rút lại tại { $service }

## Tên các thông tin
claim-name = Họ và tên
claim-given-name = Tên
claim-family-name = Họ
claim-middle-name = Tên đệm
claim-nickname = Tên thường gọi
claim-preferred-username = Tên đăng nhập
claim-profile = Trang giới thiệu
claim-picture = Ảnh đại diện
claim-website = Trang web
claim-email = Email
claim-email-verified = Xác nhận email
claim-gender = Giới tính
claim-birthdate = Ngày sinh
claim-zoneinfo = Múi giờ
claim-locale = Ngôn ngữ
claim-updated-at = Ngày cập nhật thông tin
claim-address = Địa chỉ
claim-phone-number = Số điện thoại
claim-phone-number-verified = Xác nhận số điện thoại
claim-other = Thông tin khác ({ $name })
claim-elsewhere = theo dữ liệu của { $agency }
value-verified = Đã xác nhận
value-unverified = Chưa xác nhận
value-yes = Có
value-no = Không
value-male = Nam
value-female = Nữ

## Trang lỗi
error-reference = Mã tham chiếu
error-reference-why = Khi liên hệ trợ giúp, hãy đọc mã này để chúng tôi tìm ra việc vừa xảy ra.
error-detail = Chi tiết cho người quản lý dịch vụ
error-start-again = Bắt đầu lại tại { $service }
error-start-again-now = Hãy bắt đầu lại tại dịch vụ bằng nút dưới đây. Nếu vẫn gặp trang này, hãy báo mã tham chiếu cho nơi quản lý dịch vụ.
error-back-to-service = Hãy quay lại trang của dịch vụ và thử lại. Nếu vẫn gặp trang này, hãy báo mã tham chiếu cho nơi quản lý dịch vụ.
error-unknown-service = Chưa nhận ra dịch vụ này
error-unknown-service-what = Dịch vụ đưa bạn tới đây chưa kết nối với { $deployment } hoặc không còn kết nối nữa.
error-unregistered-address = Chưa thể đưa bạn trở lại dịch vụ
error-unregistered-address-what = Địa chỉ trở lại mà dịch vụ nêu ra không có trong danh sách đã đăng ký. Để bảo vệ bạn, chúng tôi dừng ở đây.
error-expired = Lượt đăng nhập này đã hết thời gian
error-expired-what = Trang đã mở quá lâu nên chúng tôi đóng lại để giữ an toàn cho bạn. Không có gì bị mất.
error-expired-now = Hãy quay lại trang của dịch vụ bạn cần và đăng nhập lần nữa.
error-answered = Bạn đã đăng nhập rồi
error-answered-what = Dịch vụ đã biết điều đó, nên trang này không còn việc gì để làm.
error-answered-now = Hãy quay lại trang của dịch vụ. Nếu ở đó bạn chưa đăng nhập, hãy bắt đầu lại từ đó.
error-browser = Chưa thể đăng nhập tiếp ở đây
error-browser-what = Có thể lượt đăng nhập này đã bắt đầu trên máy khác hoặc trong ứng dụng khác. Cũng có thể ứng dụng bạn đang dùng để xem trang này không giữ cookie, tức những mẩu ghi nhớ nhỏ giúp trang web nhận ra bạn khi chuyển trang.
error-browser-now = Hãy quay lại trang của dịch vụ và đăng nhập từ đầu trên cùng một máy, trong cùng một ứng dụng.
error-browser-cookies = Nếu vẫn gặp trang này, hãy cho phép cookie trong phần cài đặt của ứng dụng đó rồi thử lại.
error-logout = Bạn chưa được đăng xuất
error-logout-what = Yêu cầu mà dịch vụ gửi tới có chỗ sai nên chúng tôi chưa thay đổi gì.
error-logout-now = Để đăng xuất, hãy chọn nút dưới đây.
error-not-found = Không tìm thấy trang này
error-not-found-what = Địa chỉ có thể còn thiếu vài ký tự, hoặc trang không còn ở đây nữa.
error-not-found-now = Hãy kiểm tra lại địa chỉ ở đầu cửa sổ.
error-method = Trang này không mở được theo cách đó
error-method-what = Địa chỉ này chỉ dùng cho một bước trong quá trình đăng nhập.
error-too-large = Dữ liệu gửi tới quá lớn
error-too-large-what = Chúng tôi chưa nhận được yêu cầu của bạn vì dữ liệu vượt quá giới hạn.
error-bad-request = Chưa đọc được yêu cầu này
error-bad-request-what = Yêu cầu gửi tới còn thiếu hoặc có chỗ chưa đúng nên chúng tôi chưa thể làm tiếp.
error-foreign = Chúng tôi không làm theo yêu cầu của trang khác
error-foreign-what = Một trang web khác vừa gửi điều mà chỉ trang của chúng tôi mới được gửi. Để bảo vệ bạn, chúng tôi không thay đổi gì.
error-foreign-now = Nếu bạn muốn đăng nhập hoặc đăng xuất, hãy bắt đầu từ trang chủ.
error-busy = Hệ thống đang bận
error-busy-what = Yêu cầu vừa rồi chưa được thực hiện. Những gì bạn đã làm xong trước đó vẫn được giữ nguyên.
error-busy-now = Hãy đợi { $wait } rồi thử lại.
error-internal = Hệ thống đang gặp sự cố
error-internal-what = Yêu cầu vừa rồi chưa được thực hiện. Sự cố đã được ghi lại để chúng tôi khắc phục.
error-internal-now = Hãy thử lại sau vài phút. Nếu vẫn gặp trang này, hãy báo mã tham chiếu dưới đây.

## Đăng xuất
sign-out = Đăng xuất
sign-out-title = Đăng xuất khỏi { $deployment }?
sign-out-asked = «{ $service }» đưa bạn tới đây để đăng xuất.
sign-out-what = Sau đó, mọi dịch vụ bạn đã mở ở đây sẽ yêu cầu bạn đăng nhập lại.
sign-out-keep = Vẫn đăng nhập tại
sign-out-keep-how = Bạn sẽ đăng xuất khỏi mọi dịch vụ không được đánh dấu. Nếu đánh dấu dịch vụ nào, bạn cũng vẫn còn đăng nhập { $deployment }.
sign-out-completely = Đăng xuất hẳn
sign-out-stay = Không đăng xuất
signed-out-partly = Bạn đã đăng xuất khỏi một số dịch vụ
signed-out-partly-what = Bạn vẫn còn đăng nhập { $deployment }: ai mở dịch vụ trên máy này cũng vào với tên của bạn. Nếu đây là máy dùng chung, hãy đăng xuất hẳn.
signed-out = Bạn đã đăng xuất
signed-out-what = Lần tới, mọi dịch vụ bạn đã mở ở đây sẽ yêu cầu bạn đăng nhập lại.
signed-out-shared = Nếu đây là máy dùng chung, hãy đóng tất cả cửa sổ trước khi rời máy.
signed-out-nobody = Chưa có ai đăng nhập
signed-out-nobody-what = Không có tài khoản nào đang đăng nhập ở đây. Bạn có thể đóng trang này.

## Trang chủ
home-welcome = Xin chào, { $name }
home-signed-in = Bạn đã đăng nhập. Hãy mở dịch vụ bạn cần: hầu hết dịch vụ dùng { $deployment } sẽ không hỏi lại mật khẩu.
home-what = Đăng nhập một lần, dùng mọi dịch vụ
home-what-for = Đây là nơi bạn đăng nhập vào các dịch vụ dùng { $deployment }.
home-how = Bạn có thể đăng nhập ngay tại đây, hoặc mở trang của dịch vụ bạn cần: dịch vụ sẽ đưa bạn tới đây.
home-recent = Dịch vụ bạn mở gần đây
home-services = Các dịch vụ
home-others = Các dịch vụ khác

## Trở lại dịch vụ
returning = Đang trở lại dịch vụ…
returning-how = Nếu trang không tự chuyển, hãy chọn nút dưới đây.
returning-button = Trở lại dịch vụ
