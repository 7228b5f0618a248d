# A decorator hands the function to a framework, which knows the class of what it passes.
import webkit


@webkit.route("/")
def index(request):
    print(request.method, request.path)


class View(webkit.View):
    def get(self, request):
        print(request.method, request.path)
